"""The agents' readers of hostile texts, each behind an operation of its own. Bytes come in base64."""
import base64
import gc
import socket
import threading
import tracemalloc

import agent
import http_probe
import proc_text
import prober


def _play(server, said):
    """A service that has read its request and says that, whatever it was."""
    connection, _ = server.accept()
    with connection:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        try:
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # the probe has heard enough


def http(said, method):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_play, args=(server, base64.b64decode(said)), daemon=True).start()
        probe = {"method": method, "path": "/", "headers": {}, "timeoutMs": 5000}
        return http_probe.request("127.0.0.1", server.getsockname()[1], probe)


def dns(packet):
    """What was noted of a question, and whether it was answered."""
    prober.reset()
    try:
        answer = prober.answer_dns(base64.b64decode(packet), "8.8.8.8", "10.0.0.2")
    except prober.NO_QUESTION:
        answer = None
    return {"answered": answer is not None, "noted": prober.queries()}


def held():
    """Bytes of all that this process has made and not given up."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


tracemalloc.start()
agent.serve({
    "held": held,
    "status": lambda text: proc_text.status_fields(base64.b64decode(text)),
    "startTicks": lambda text: proc_text.start_ticks(base64.b64decode(text)),
    "arguments": lambda text: proc_text.arguments(base64.b64decode(text)),
    "sockets": lambda text: list(proc_text.socket_rows(base64.b64decode(text))),
    "http": http,
    "dns": dns,
})
