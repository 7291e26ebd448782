"""As a relay, but the way to the service is a socket in the file system, and it is opened late."""

import socket
import subprocess
import threading

subprocess.Popen(["uvicorn", "appcore.api.app:app", "--uds", "/tmp/app.sock"])


def relay(client):
    request = b""
    while b"\r\n\r\n" not in request:
        request += client.recv(65536)
    head, body = request.split(b"\r\n\r\n", 1)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        while name.lower() == b"content-length" and len(body) < int(value):
            body += client.recv(65536)
    backend = socket.socket(socket.AF_UNIX)
    backend.connect("/tmp/app.sock")
    backend.sendall(head + b"\r\n\r\n" + body)
    while data := backend.recv(65536):
        client.sendall(data)
    client.close()


listener = socket.create_server(("0.0.0.0", 8000))
while True:
    client, _ = listener.accept()
    threading.Thread(target=relay, args=(client,), daemon=True).start()
