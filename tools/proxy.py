"""A proxy between a lesson and a live backend, which keeps what was asked and answered."""

import json
import re
import time

import requests
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from helpers.backends.backend import KEY, Connection
from helpers.replay.tape import Exchange, Request, Response, read_request, read_response


class Recorder:
    """A proxy on this machine that passes every request on to a backend and keeps the exchange."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.exchanges: list[Exchange] = []
        self._started = time.monotonic()
        self._session = requests.Session()
        self._session.trust_env = False

    async def answer(self, http: HttpRequest) -> HttpResponse:
        content = await http.body()
        asked = read_request(http.method, http.url.path, http.url.query, dict(http.headers), content)
        passed = {k: v for k, v in http.headers.items() if k in ("content-type", "accept")}
        passed["Connection"] = "close"  # a server may hang up on an idle connection just when the next request comes
        live = await run_in_threadpool(
            self._session.request,
            http.method,
            self.connection.backend.base_url + asked.path,
            params=[tuple(p) for p in asked.query],
            headers=passed | {"Authorization": f"Bearer {self.connection.key}"},
            data=content,
            timeout=600,
        )
        answer = read_response(live.status_code, {k.lower(): v for k, v in live.headers.items()}, live.content)
        exchange = anonymous(Exchange(asked, answer, round(time.monotonic() - self._started, 2)), self.connection.key)
        self.exchanges.append(exchange)
        return HttpResponse(answer.content, answer.status, answer.headers)  # the backend knows its own names alone


def anonymous(exchange: Exchange, key: str) -> Exchange:
    """The exchange without the organization, which OpenAI writes into jobs and model names.

    Raises ValueError if the request or the response holds the key or anything that looks like one of OpenAI's.
    """
    request, response = exchange.request, exchange.response
    text = json.dumps([request.path, request.query, request.body, response.body])
    if (len(key) > 8 and key in text) or KEY.search(text):
        raise ValueError(f"{exchange.request.method} {exchange.request.path} contains a key; nothing was taped.")
    text = re.sub(r'"organization_id": "(?!org-local")[^"]*"', '"organization_id": "org-recorded"', text)
    text = re.sub(r"\bft:([^:\"]+):(?!local:)[^:\"]*:", r"ft:\1:recorded:", text)
    path, query, asked, answered = json.loads(text)
    return Exchange(
        Request(request.method, path, query, asked),
        Response(response.status, response.headers, answered),
        exchange.seconds,
    )
