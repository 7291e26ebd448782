"""Starts the server in a thread of its own and waits for it."""

import threading

import uvicorn

server = uvicorn.Server(uvicorn.Config("appcore.api.app:app", host="0.0.0.0", port=8000))
thread = threading.Thread(target=server.run, name="server")
thread.start()
print("server started", flush=True)
thread.join()
