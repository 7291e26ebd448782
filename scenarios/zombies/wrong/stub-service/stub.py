"""Says what the real service says, without being it."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

ANSWERS = {
    "/health": {"status": "ok"},
    "/version": {"name": "api", "version": "0.1.0", "build": "dev", "engine": "python"},
    "/predict": {"prediction": 2.0},
}


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(ANSWERS.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


HTTPServer(("0.0.0.0", 8000), Stub).serve_forever()
