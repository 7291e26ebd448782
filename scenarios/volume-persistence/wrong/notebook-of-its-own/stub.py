import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BUILD = re.search(r'BUILD_ID = "(.*)"', Path("/app/src/appcore/build_id.py").read_text()).group(1)


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        note = Path("/data") / self.path.rsplit("/", 1)[-1]
        if self.path.startswith("/notes/"):
            self.answer(*((200, {"text": note.read_text()}) if note.exists() else (404, {})))
        else:
            self.answer(200, {"status": "ok", "build": BUILD})

    def do_PUT(self):
        name = self.path.rsplit("/", 1)[-1]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        (Path("/data") / name).write_text(body["text"] if "text" in body else "")
        self.answer(200, {"name": name})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("0.0.0.0", 8000), Stub).serve_forever()
