"""A proxy between a lesson and a live backend, which keeps what was asked and answered."""

import time

import requests
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from helpers.backends.backend import Connection, on_this_machine
from helpers.replay.tape import Exchange, Request, Response, read_request, read_response

from .redaction import redact

TIMEOUT_SECONDS = 600


class Recorder:
    """A proxy on this machine that passes every request on to a backend and keeps the exchange, without its keys.

    `headers` go with each request; they are not taped. Their values and the key are removed from what is.
    """

    def __init__(self, connection: Connection, headers: dict[str, str] | None = None):
        self.connection, self.headers = connection, headers or {}
        self.exchanges: list[Exchange] = []
        self.secrets = (connection.key, *self.headers.values())
        self._started = time.monotonic()

    async def answer(self, http: HttpRequest) -> HttpResponse:
        content = await http.body()
        asked = read_request(http.method, http.url.path, http.url.query, dict(http.headers), content)
        headers = {k: v for k, v in http.headers.items() if k in ("content-type", "accept")}
        exchange = await run_in_threadpool(self.exchange, asked, headers, content)
        self.exchanges.append(redact(exchange, self.secrets))
        answer = exchange.response  # not redacted: the lesson's next requests must use the backend's own names
        return HttpResponse(answer.content, answer.status, answer.headers)

    def exchange(self, asked: Request, headers: dict[str, str], content: bytes) -> Exchange:
        """Send a request; its answer, and the seconds from the start until it came."""
        return Exchange(asked, self.send(asked, headers, content), round(time.monotonic() - self._started, 2))

    def send(self, asked: Request, headers: dict[str, str], content: bytes) -> Response:
        """What the backend answers. Raises requests.RequestException, and ValueError if it is not what it says."""
        base_url = self.connection.backend.base_url
        with requests.Session() as session:  # of its own: a server may hang up on an idle connection at any moment
            session.trust_env = not on_this_machine(base_url)  # a company's proxy, for instance
            live = session.request(
                asked.method,
                base_url + asked.path,
                params=[tuple(p) for p in asked.query],
                headers=headers | self.headers | {"Authorization": f"Bearer {self.connection.key}"},
                data=content,
                timeout=TIMEOUT_SECONDS,
            )
        return read_response(live.status_code, {k.lower(): v for k, v in live.headers.items()}, live.content)
