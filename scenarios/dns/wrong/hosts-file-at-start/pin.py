"""Asks a public resolver once at the start and writes the address down."""

import os
import socket
import struct
from urllib.parse import urlsplit

name = urlsplit(os.environ["UPSTREAM_URL"]).hostname
labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
question = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(5)
client.sendto(question, ("8.8.8.8", 53))
answer = client.recv(512)
with open("/etc/hosts", "a") as hosts:
    hosts.write(f"{socket.inet_ntoa(answer[-4:])} {name}\n")
os.execvp("uvicorn", ["uvicorn", "appcore.api.app:app", "--host", "0.0.0.0"])
