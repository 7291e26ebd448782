import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUILD = re.search(r'BUILD_ID = "(.*)"', open("/app/src/appcore/build_id.py").read()).group(1)


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        answers = {
            "/health": {"status": "ok"},
            "/version": {"name": "stub", "version": "0.1.0", "build": BUILD, "engine": "python"},
        }
        self.answer(200, answers.get(self.path, {}))

    def do_POST(self):
        self.answer(200, {"prediction": 2.0})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("0.0.0.0", 8000), Stub).serve_forever()
