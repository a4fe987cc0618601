"""Middleware: the headers that OpenAI puts on every answer, and the answer where something unforeseen fails."""

import logging
import secrets
import time
from contextvars import ContextVar

from starlette.datastructures import MutableHeaders

from ..protocol.errors import ApiError

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="no request")
VERSION = "2020-10-01"  # what OpenAI's service says of itself in `openai-version`
SHOWN_TO_PAGES = ("x-request-id", "openai-version", "openai-processing-ms")

log = logging.getLogger(__name__)


class AnswerHeadersMiddleware:
    """Gives every request an id, which is in its answer and in the log of its error.

    `openai-processing-ms` is the time until the answer begins, unless a route has said how long it computed.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id, began, started = f"req_{secrets.token_hex(16)}", time.perf_counter(), False
        REQUEST_ID.set(request_id)

        async def send_with_headers(message):
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"], headers["openai-version"] = request_id, VERSION
                headers.setdefault("openai-processing-ms", f"{(time.perf_counter() - began) * 1000:.0f}")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            log.exception("%s: %s %s", request_id, scope["method"], scope["path"])
            if started:
                raise
            failed = ApiError(500, f"The server failed: {type(error).__name__}: {error}")
            await failed.response()(scope, receive, send_with_headers)
