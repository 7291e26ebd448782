"""One socket for both families, made here and handed to the server."""

import socket

import uvicorn

if socket.has_dualstack_ipv6():
    listener = socket.create_server(("", 8000), family=socket.AF_INET6, dualstack_ipv6=True)
else:
    listener = socket.create_server(("", 8000))
uvicorn.Server(uvicorn.Config("appcore.api.app:app")).run(sockets=[listener])
