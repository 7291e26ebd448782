import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from appcore.build_id import BUILD_ID
from appcore.upstream import UpstreamError, fetch


class Quote(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            value = fetch() if self.path == "/quote" else {"status": "ok", "build": BUILD_ID}
        except UpstreamError as error:
            value = {"error": error.kind, "detail": error.detail}
        body = json.dumps(value).encode()
        self.send_response(502 if "error" in value else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("0.0.0.0", 8000), Quote).serve_forever()
