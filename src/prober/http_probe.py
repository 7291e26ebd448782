"""An HTTP/1.1 client that believes nobody: bounded in bytes and time, follows nothing, unpacks nothing."""
import re
import socket
import time

MAX_HEAD_BYTES = 32 * 1024
MAX_BODY_BYTES = 64 * 1024
# Python's own readers of numbers take more for one (`²`, `-9`, `2_0`, thousands of digits) and throw at some of it.
STATUS = re.compile(r"[1-9][0-9]{2}")
LENGTH = re.compile(r"[0-9]{1,18}")
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")


class ProbeError(Exception):
    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


def _kind_of(error):
    if isinstance(error, ProbeError):
        return error.kind
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "reset"
    return "unreachable"


def failure(error, started):
    detail = error.detail if isinstance(error, ProbeError) else str(error)
    return {"ok": False, "error": _kind_of(error), "detail": detail[:300], "tookMs": (time.monotonic() - started) * 1000}


def render(address, port, probe):
    body = probe.get("body", "").encode() if "body" in probe else None
    headers = {"Host": f"{address}:{port}", "Connection": "close", "Accept": "*/*"}
    headers.update(probe["headers"])
    if body is not None:
        headers["Content-Length"] = str(len(body))
    lines = [f"{probe['method']} {probe['path']} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


class Exchange:
    """One connection with one deadline, from connecting to the last byte."""

    def __init__(self, address, port, timeout_ms):
        self.started = time.monotonic()
        self.deadline = self.started + timeout_ms / 1000
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._arm()
            self.socket.connect((address, port))
        except BaseException:
            self.socket.close()
            raise

    def _arm(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProbeError("timeout", "no whole answer within the time limit")
        self.socket.settimeout(left)

    def send(self, data):
        self._arm()
        self.socket.sendall(data)

    def _receive(self, most):
        self._arm()
        return self.socket.recv(most)

    def answer(self, method):
        data = b""
        while True:
            head, body = self._head(data)
            # An interim answer (100 Continue) is followed by the real one.
            if head["status"] < 100 or head["status"] >= 200:
                break
            data = body
        text, truncated = self._body(method, head, body)
        return {
            "ok": True,
            "status": head["status"],
            "headers": head["headers"],
            "body": text.decode("utf-8", "replace"),
            "truncated": truncated,
            "tookMs": (time.monotonic() - self.started) * 1000,
        }

    def _head(self, data):
        while b"\r\n\r\n" not in data:
            if len(data) > MAX_HEAD_BYTES:
                raise ProbeError("protocol", "the answer's header is longer than 32 KiB")
            more = self._receive(8192)
            if not more:
                if data:
                    raise ProbeError("protocol", "the connection was closed inside the answer's header")
                raise ProbeError("closed", "the connection was closed without an answer")
            data += more
        head, rest = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not STATUS.fullmatch(parts[1]):
            raise ProbeError("protocol", "what answered doesn't speak HTTP")
        headers = {}
        for line in lines[1:200]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()[:200]] = value.strip()[:2000]
        return {"status": int(parts[1]), "headers": headers}, rest

    def _body(self, method, head, data):
        headers, status = head["headers"], head["status"]
        if method == "HEAD" or status in (204, 304):
            return b"", False
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunked(data)
        length = headers.get("content-length", "")
        wanted = int(length) if LENGTH.fullmatch(length) else None
        most = MAX_BODY_BYTES if wanted is None else min(wanted, MAX_BODY_BYTES)
        while len(data) < most:
            more = self._receive(65536)
            if not more:
                if wanted is not None:
                    raise ProbeError("closed", "the connection was closed before the whole answer had come")
                return data, False
            data += more
        return data[:most], wanted is None or wanted > most

    def _chunked(self, data):
        body = b""
        while True:
            line, data = self._line(data)
            digits = line.split(b";")[0].strip()
            if not CHUNK_SIZE.fullmatch(digits):
                raise ProbeError("protocol", "a chunk without a size")
            size = int(digits, 16)
            if size == 0:
                return body, False
            while len(data) < size + 2 and len(body) + len(data) <= MAX_BODY_BYTES:
                more = self._receive(65536)
                if not more:
                    raise ProbeError("closed", "the connection was closed before the whole answer had come")
                data += more
            body += data[:size]
            if len(body) > MAX_BODY_BYTES:
                return body[:MAX_BODY_BYTES], True
            data = data[size + 2:]

    def _line(self, data):
        while b"\r\n" not in data:
            if len(data) > 1024:
                raise ProbeError("protocol", "a chunk without a size")
            more = self._receive(8192)
            if not more:
                raise ProbeError("closed", "the connection was closed before the whole answer had come")
            data += more
        line, rest = data.split(b"\r\n", 1)
        return line, rest

    def close(self):
        self.socket.close()


def request(address, port, probe):
    started = time.monotonic()
    exchange = None
    try:
        exchange = Exchange(address, port, probe["timeoutMs"])
        exchange.send(render(address, port, probe))
        return exchange.answer(probe["method"])
    except (OSError, ProbeError) as error:
        return failure(error, started)
    finally:
        if exchange:
            exchange.close()
