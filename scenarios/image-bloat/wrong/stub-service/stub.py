"""Says what the real service says, and computes as its library does, without being it."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

ANSWERS = {
    "/health": {"status": "ok"},
    "/version": {"name": "api", "version": "0.1.0", "build": "dev", "engine": "native"},
}


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(ANSWERS.get(self.path, {}))

    def do_POST(self):
        features = json.loads(self.rfile.read(int(self.headers["content-length"])))["features"]
        total = 0.0
        for feature in features:
            total += feature
        self.answer({"prediction": total / max(1, len(features))})

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("0.0.0.0", 8000), Stub).serve_forever()
