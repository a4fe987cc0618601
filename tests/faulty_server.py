"""OpenAI on a bad day, on this machine: it refuses, fails, and drops connections on order."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from .fake_openai import MINI as MINI  # the tests take all from here
from .fake_openai import FakeOpenAI, Refusal

DROP = "drop the connection, do nothing"
LOSE = "do what is asked, then drop the connection"
BROKEN = Refusal(500)
SLOW_DOWN = Refusal(429, "rate_limit_exceeded", "Rate limit reached for requests.", {"retry-after": "0.1"})
NO_CREDIT = Refusal(
    429, "insufficient_quota", "You exceeded your current quota, please check your plan and billing details."
)
WRONG_KEY = Refusal(401, "invalid_api_key", "Incorrect API key provided: sk-aaaaa***aaaa.")
CLOSED = Refusal(
    403,
    "training_not_available",
    "OpenAI is winding down the fine-tuning platform and your organization is no "
    "longer able to create new fine-tuning training jobs. Learn more …",
)


class FaultyServer(FakeOpenAI):
    """`url` is its address; `asked` has a line for each request, such as "POST /files"."""

    def __init__(self, *service, prefix="/v1", **more):
        super().__init__(*service, **more)
        self.prefix, self.asked, self.faults, self.lock = prefix, [], [], threading.Lock()
        self.permission: Callable[[str], Refusal | None] = lambda line: (
            None
        )  # the refusal of any request; unlike those of `fail`, it stays
        self.url = serve(type("Handler", (_Handler,), {"api": self})) + prefix

    def fail(self, line: str, *faults) -> None:
        """Order faults for the next requests that begin so."""
        self.faults += [(line, fault) for fault in faults]

    def fault_for(self, line: str):
        for ordered in self.faults:
            if line.startswith(ordered[0]):
                self.faults.remove(ordered)
                return ordered[1]
        return self.permission(line)


class _Crowd(ThreadingHTTPServer):
    request_queue_size = 128  # connections that may wait at once; the default is 5


def serve(handler: type[BaseHTTPRequestHandler]) -> str:
    """Serve on a free port of this machine until the process ends; returns the address."""
    server = _Crowd(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second of two would wait 40 ms
    api: FaultyServer

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        line = f"{self.command} {unquote(self.path.split('?')[0]).removeprefix(self.api.prefix)}"
        with self.api.lock:
            self.api.asked.append(line)
            fault = self.api.fault_for(line)
            answer = fault if isinstance(fault, Refusal) else None
            if fault in (None, LOSE):
                answer = self.api.answer(line, body, self.headers.get("content-type", ""))
        if fault in (DROP, LOSE):
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, answer):
        refused = isinstance(answer, Refusal)
        content = answer if isinstance(answer, bytes) else json.dumps(answer.body if refused else answer).encode()
        self.send_response(answer.status if refused else 200)
        kind = "application/octet-stream" if isinstance(answer, bytes) else "application/json"
        for name, value in {
            "content-type": kind,
            "content-length": str(len(content)),
            **(answer.headers if refused else {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, format, *args):
        pass
