"""The prober: the outside world of one bench.

It owns the gateway address of the sealed network, so everything that a learner's container sends out comes here.
It answers DNS on the well-known resolver addresses, plays the upstream API, and asks the container over HTTP.
It forwards nothing.
"""
import fcntl
import ipaddress
import itertools
import json
import random
import socket
import struct
import sys
import threading
import time

import agent
import http_probe

SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFFLAGS, SIOCGIFFLAGS = 0x8916, 0x891C, 0x8914, 0x8913
IFF_UP = 1
RESOLVERS = ("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9")
MAX_QUERIES = 500
TYPES = {1: "A", 28: "AAAA", 5: "CNAME", 12: "PTR", 15: "MX", 16: "TXT", 33: "SRV", 65: "HTTPS"}

_lock = threading.Lock()
_records = {}  # lower-case name -> IPv4 address
_upstreams = {}  # address -> {"body": text, "hits": [client address]}
_queries = []
_pending = {}
_handles = itertools.count(1)
_labels = itertools.count(1)
_spare = []  # upstream addresses of earlier runs, free to be given again


def add_address(interface, address, prefix):
    """Gives `interface` one more address, under an alias label, as `ip addr add` does."""
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    name = f"{interface}:{next(_labels)}".encode()

    def set_to(request, text):
        fcntl.ioctl(control, request, struct.pack("16sH2s4s8x", name, socket.AF_INET, b"", socket.inet_aton(text)))

    set_to(SIOCSIFADDR, address)
    set_to(SIOCSIFNETMASK, str(ipaddress.ip_network(f"0.0.0.0/{prefix}").netmask))
    control.close()


# --- DNS -------------------------------------------------------------------------------------------------------------

# What it comes to where a packet is none that can be answered.
NO_QUESTION = (ValueError, IndexError, struct.error)


def _question(packet):
    labels, at = [], 12
    while True:
        length = packet[at]
        if length == 0:
            break
        if length > 63:
            raise ValueError("compressed question")
        labels.append(packet[at + 1:at + 1 + length].decode("latin-1"))
        at += 1 + length
    (kind,) = struct.unpack("!H", packet[at + 1:at + 3])
    return ".".join(labels), kind, packet[12:at + 5]


def answer_dns(packet, server, client):
    if len(packet) < 17 or packet[2] & 0x80:
        return None
    name, kind, question = _question(packet)
    with _lock:
        address = _records.get(name.lower())
        if len(_queries) < MAX_QUERIES:
            answer = address if address and kind == 1 else "no such record" if address else "NXDOMAIN"
            _queries.append({
                "atMs": time.time() * 1000, "server": server, "client": client, "name": name[:255],
                "recordType": TYPES.get(kind, str(kind)), "answer": answer,
            })
    flags = 0x8180 if address else 0x8183
    records = b""
    if address and kind == 1:
        # A lifetime of 0: a re-pointed record must be seen by whoever asks again.
        records = struct.pack("!HHHIH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton(address)
    header = packet[:2] + struct.pack("!HHHHH", flags, 1, 1 if records else 0, 0, 0)
    return header + question + records


def _serve_udp(address):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        packet, client = server.recvfrom(2048)
        try:
            answer = answer_dns(packet, address, client[0])
            if answer:
                server.sendto(answer, client)
        except (*NO_QUESTION, OSError):
            continue  # not a DNS question: nobody to answer


def _serve_dns_connection(connection, client):
    with connection:
        connection.settimeout(5)
        try:
            (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
            answer = answer_dns(connection.recv(length, socket.MSG_WAITALL), connection.getsockname()[0], client[0])
            if answer:
                connection.sendall(struct.pack("!H", len(answer)) + answer)
        except (*NO_QUESTION, OSError):
            pass


# --- the upstream API ------------------------------------------------------------------------------------------------

def _serve_upstream_connection(connection, client):
    with connection:
        connection.settimeout(5)
        try:
            head = b""
            while b"\r\n\r\n" not in head and len(head) < 16384:
                more = connection.recv(4096)
                if not more:
                    return
                head += more
            with _lock:
                upstream = _upstreams.get(connection.getsockname()[0])
                if upstream and len(upstream["hits"]) < MAX_QUERIES:
                    upstream["hits"].append(client[0])
            body = (upstream["body"] if upstream else "{}").encode()
            status = "200 OK" if upstream else "404 Not Found"
            connection.sendall(
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode() + body)
        except OSError:
            pass


def _serve_tcp(port, serve_connection):
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", port))
    server.listen(64)
    while True:
        connection, client = server.accept()
        if threading.active_count() > 200:
            connection.close()  # a flood from inside: the run's own loss
            continue
        threading.Thread(target=serve_connection, args=(connection, client), daemon=True).start()


# --- operations ------------------------------------------------------------------------------------------------------

def reset():
    """Forgets the run: records, upstreams, queries, held requests."""
    with _lock:
        _spare.extend(_upstreams)
        _records.clear()
        _upstreams.clear()
        _queries.clear()
        held = list(_pending.values())
        _pending.clear()
    for exchange, _last, _method in held:
        exchange.close()
    return None


def publish(name, body):
    """Points `name` at an address that `name` didn't lead to before, and lets `body` be answered there."""
    with _lock:
        before = _records.get(name.lower())
        random.shuffle(_spare)
        address = _spare.pop() if len(_spare) > 8 else None
    if address is None:
        # 198.18.0.0/15 is set apart for tests of network devices (RFC 2544): nobody's real address.
        address = f"198.{random.choice((18, 19))}.{random.randrange(256)}.{random.randrange(1, 255)}"
        if address != before and address not in _spare:
            add_address("lo", address, 32)
    with _lock:
        _upstreams[address] = {"body": body, "hits": []}
        _records[name.lower()] = address
    return {"address": address}


def queries():
    with _lock:
        return list(_queries)


def hits(address):
    with _lock:
        return list(_upstreams.get(address, {"hits": []})["hits"])


def request(address, port, probe):
    return http_probe.request(address, port, probe)


def open_request(address, port, probe):
    started = time.monotonic()
    try:
        exchange = http_probe.Exchange(address, port, probe["timeoutMs"])
    except (OSError, http_probe.ProbeError) as error:
        return {"handle": None, "answer": http_probe.failure(error, started)}
    data = http_probe.render(address, port, probe)
    try:
        exchange.send(data[:-1])
    except (OSError, http_probe.ProbeError) as error:
        exchange.close()
        return {"handle": None, "answer": http_probe.failure(error, started)}
    local = exchange.socket.getsockname()
    handle = next(_handles)
    with _lock:
        _pending[handle] = (exchange, data[-1:], probe["method"])
    return {"handle": handle, "localAddress": local[0], "localPort": local[1]}


def finish_request(handle):
    with _lock:
        exchange, last, method = _pending.pop(handle)
    try:
        exchange.send(last)
        return exchange.answer(method)
    except (OSError, http_probe.ProbeError) as error:
        return http_probe.failure(error, exchange.started)
    finally:
        exchange.close()


def abandon_request(handle):
    with _lock:
        held = _pending.pop(handle, None)
    if held:
        held[0].close()
    return None


def main():
    settings = json.loads(sys.argv[1])
    add_address("eth0", settings["gateway"], settings["prefix"])
    for address in RESOLVERS:
        add_address("lo", address, 32)
    for address in (*RESOLVERS, settings["gateway"]):
        threading.Thread(target=_serve_udp, args=(address,), daemon=True).start()
    threading.Thread(target=_serve_tcp, args=(53, _serve_dns_connection), daemon=True).start()
    threading.Thread(target=_serve_tcp, args=(80, _serve_upstream_connection), daemon=True).start()
    agent.serve({
        "reset": reset, "publish": publish, "queries": queries, "hits": hits, "request": request,
        "openRequest": open_request, "finishRequest": finish_request, "abandonRequest": abandon_request,
    })


if __name__ == "__main__":
    main()
