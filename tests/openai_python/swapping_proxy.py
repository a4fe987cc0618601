"""Between openai-python's own tests and the server: swaps canned values in requests, and leaves answers as they are."""

import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import openai
import requests

from .canned import Canned

NOT_PASSED_ON = {"connection", "content-encoding", "content-length", "date", "host", "server", "transfer-encoding"}


def proxy(canned: Canned, server: str) -> ThreadingHTTPServer:
    """A proxy of the server at this address, on a free port. It answers until it is shut down."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            asked = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                path, query, body = self.swapped(asked.path, dict(parse_qsl(asked.query)), body)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED_ON}
                ask = requests.request
                answer = ask(self.command, f"{server}{path}", params=query, data=body, headers=headers, timeout=600)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in NOT_PASSED_ON:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)
            if self.command == "POST" and "/fine_tuning/jobs" in path and answer.ok:
                with suppress(openai.BadRequestError):  # the test has its answer, and others wait: it may have ended
                    canned.api.fine_tuning.jobs.cancel(answer.json()["id"])

        def swapped(self, path: str, query: dict[str, str], body: bytes) -> tuple[str, dict[str, str], bytes]:
            parts = map(unquote, path.split("/"))
            path = "/".join(canned.in_path(part, self.command, path) for part in parts)
            if self.headers.get("Content-Type") == "application/json" and body:
                body = json.dumps(canned.in_body(json.loads(body), path)).encode()
            return path, canned.in_query(query, path), body

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
