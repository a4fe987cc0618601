"""Middleware: OpenAI's and Azure's paths, who may ask, and how much a body may hold."""

import asyncio
import re
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from ..protocol.errors import ApiError
from ..protocol.loopback import LOOPBACK
from .answer_headers import SHOWN_TO_PAGES
from .monitoring import HEALTH

MAX_FILE_BYTES = 512 * 1024 * 1024  # bytes, OpenAI's limit for one file
MAX_PART_BYTES = 64 * 1024 * 1024  # bytes, OpenAI's limit for one part of an upload
AROUND = 1024 * 1024  # bytes, for what stands around a file in a form
MAX_FORM_BYTES = MAX_FILE_BYTES + AROUND
MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_PAUSE_SECONDS = 60  # seconds between two pieces of a body
CORS = {  # pages of this machine may ask from a browser, whatever their port; no others
    "allow_origin_regex": r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?",
    "allow_methods": ["*"],
    "allow_headers": ["*"],
    "expose_headers": SHOWN_TO_PAGES,
}


class AccessMiddleware:
    """Accepts OpenAI's and Azure's paths alike; refuses strangers, and bodies that are too large.

    With a token, every request must carry it. Without one the server listens on this machine
    only, and answers only to this machine's own names: a web page somewhere else that
    the reader's browser shows could otherwise reach it, under a name of its own (DNS rebinding)
    or with a form.
    """

    def __init__(self, app, token: str | None):
        self.app, self.token = app, token

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if prefix := re.match(r"(/openai/v1|/openai|/v1)(?=/)", scope["path"]):
            scope["root_path"] = prefix[1]  # routes stand below it, and errors name the whole path
        headers = Headers(scope=scope)
        refusal = token_refusal(headers, self.token) if self.token else host_refusal(headers)
        if self.token and scope["path"] == HEALTH:  # what starts servers asks it, and has no key
            refusal = None
        if refusal:
            return await refusal.response()(scope, receive, send)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        await self.app(scope, LimitedBody(receive, max_bytes(path)), send)


def max_bytes(path: str) -> int:
    """How long the body of a request to this path may be."""
    if re.fullmatch("/uploads/[^/]+/parts", path):
        return MAX_PART_BYTES + AROUND
    return MAX_FORM_BYTES if path == "/files" else MAX_JSON_BYTES


def token_refusal(headers: Headers, token: str) -> ApiError | None:
    given = headers.get("api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    if secrets.compare_digest(given.encode(), token.encode()):
        return None
    return ApiError(401, "Incorrect API key provided.", code="invalid_api_key")


def host_refusal(headers: Headers) -> ApiError | None:
    """The refusal for a request that names another host, or comes from another host's page."""
    origin = headers.get("origin")
    if host_name(f"//{headers.get('host', '')}") in LOOPBACK and (origin is None or host_name(origin) in LOOPBACK):
        return None
    message = (
        f"This server answers only to {' and '.join(LOOPBACK[:2])}. To reach it by another name, "
        "start it with --token KEY."
    )
    return ApiError(403, message, code="host_not_allowed")


def host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class LimitedBody:
    """A request's body as it comes in, piece by piece: not more than `limit` bytes, and no endless pause."""

    def __init__(self, receive, limit: int):
        self._receive, self._limit = receive, limit
        self._size, self._whole = 0, False

    async def __call__(self) -> dict:
        message = await self._piece()
        if self._size > self._limit:
            while (
                not self._whole and self._size < 2 * self._limit
            ):  # a client that is still sending does not read the answer
                await self._piece()
            raise ApiError(413, f"The request is too large: this server reads at most {self._limit // 2**20} MB here.")
        return message

    async def _piece(self) -> dict:
        if self._whole:  # only the end of the connection can follow
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), MAX_PAUSE_SECONDS)
        except TimeoutError:
            raise ApiError(400, "The request ended before its body was complete.") from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message
