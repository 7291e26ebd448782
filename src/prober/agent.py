"""The line protocol of both agents: one JSON document a line on stdin and stdout.

A request is {"id": n, "op": name, ...}; its answer {"id": n, "result": ...} or {"id": n, "error": text}.
Each request runs in a thread of its own, so a slow one holds up nobody. The agent ends when stdin does:
a worker that dies takes its agents with it.
"""
import json
import os
import sys
import threading

_writing = threading.Lock()
# More requests at once than any run makes; a bug in the worker can't fill the engine with threads.
_slots = threading.BoundedSemaphore(64)


def _answer(document):
    line = (json.dumps(document, ensure_ascii=True) + "\n").encode()
    with _writing:
        view = memoryview(line)
        while view:
            view = view[os.write(1, view):]


def _serve_one(operations, request):
    try:
        operation = operations[request["op"]]
        arguments = {key: value for key, value in request.items() if key not in ("id", "op")}
        _answer({"id": request["id"], "result": operation(**arguments)})
    except Exception as error:  # whatever it was, the worker must hear of it
        _answer({"id": request["id"], "error": f"{type(error).__name__}: {error}"})
    finally:
        _slots.release()


def serve(operations):
    _answer({"id": 0, "result": "ready"})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _slots.acquire()
        threading.Thread(target=_serve_one, args=(operations, request), daemon=True).start()
    os._exit(0)
