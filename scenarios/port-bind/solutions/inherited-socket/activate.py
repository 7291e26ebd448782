"""Opens the socket first and becomes the server, which inherits it: socket activation in small."""

import os
import socket

listener = socket.create_server(("0.0.0.0", 8000))
os.set_inheritable(listener.fileno(), True)
os.execvp("uvicorn", ["uvicorn", "appcore.api.app:app", "--fd", str(listener.fileno())])
