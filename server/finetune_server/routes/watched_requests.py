"""Middleware: every request is counted, timed and logged, by its route."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..metrics import REQUEST_SECONDS, REQUESTS
from .answer_headers import REQUEST_ID

log = logging.getLogger(__name__)


class WatchMiddleware:
    """Counts requests that were answered; of an answer that was cut off the status is 499, as nginx calls it."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status, whole = time.perf_counter(), 500, False

        async def watched_send(message: Message) -> None:
            nonlocal status, whole
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                whole = not message.get("more_body", False)

        try:
            await self.app(scope, receive, watched_send)
        finally:
            seconds = time.perf_counter() - began
            method, route, shown = scope["method"], route_of(scope), str(status if whole else 499)
            REQUESTS.labels(method, route, shown).inc()
            REQUEST_SECONDS.labels(method, route).observe(seconds)
            fields = {"method": method, "path": scope["path"], "route": route, "status": shown}
            fields |= {"seconds": round(seconds, 4), "request_id": REQUEST_ID.get(None)}
            log.info("%s %s: %s", method, scope["path"], shown, extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The path of the route, with names for its parameters; "none" if there is none, so that nobody makes up labels."""
    if "endpoint" not in scope:
        return "none"
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(str(value), f"{{{name}}}", 1)
    return path
