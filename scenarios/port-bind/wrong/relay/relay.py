"""Passes every connection on to the service, which still listens where nobody can reach it."""

import socket
import subprocess
import threading

subprocess.Popen(["uvicorn", "appcore.api.app:app", "--host", "127.0.0.1", "--port", "8001"])


def pump(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


def relay(client):
    backend = socket.create_connection(("127.0.0.1", 8001))
    threading.Thread(target=pump, args=(backend, client), daemon=True).start()
    pump(client, backend)


listener = socket.create_server(("0.0.0.0", 8000))
while True:
    client, _ = listener.accept()
    threading.Thread(target=relay, args=(client,), daemon=True).start()
