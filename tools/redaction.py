"""What a tape must not tell: a key, and whose account it was. It is taken out, and looked for in finished tapes."""

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from helpers.replay.tape import Exchange, Request, Response

# OpenAI's keys, also with most letters starred out, as its errors quote them.
KEY = re.compile(r"(?<![A-Za-z0-9])sk-(?:[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]*\*[A-Za-z0-9_*-]*)")
ACCOUNT = re.compile(r"(?<![A-Za-z0-9])(org-|proj_|user-)(?!recorded)[A-Za-z0-9]{16,}")
TUNED = re.compile(r"\bft:([\w.-]+):(?!local:|recorded:)[^:\"\s]*:")  # the organization is in a tuned model's name
OWN = re.compile(r"system|local|openai[\w-]*")  # owners of models that are not a customer's
SHORTEST_SECRET = 9  # a shorter one, as the local server's "local", is a word that a text may hold


def redact(exchange: Exchange, secrets: Iterable[str] = (), account: bool = True) -> Exchange:
    """The exchange without keys, the `secrets` as they stand, and with `account` without what names the account.

    Of a tuned model's name the organization is replaced, of organizations, projects and users the whole id.
    """

    def text(value: str) -> str:
        value = without_keys(value, secrets)
        return ACCOUNT.sub(r"\1recorded", TUNED.sub(r"ft:\1:recorded:", value)) if account else value

    request, response = exchange.request, exchange.response
    plain = unquote(request.path)
    path = text(request.path) if text(plain) == plain else text(plain)
    rest = [request.query, request.body, response.headers, response.body]
    query, asked, headers, answered = [_everywhere(text, part, account) for part in rest]
    return Exchange(
        Request(request.method, path, query, asked), Response(response.status, headers, answered), exchange.seconds
    )


def without_keys(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without the secrets as they stand, and without what looks like one of OpenAI's keys."""
    for secret in sorted((s for s in secrets if len(s) >= SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(secret, "recorded")
    return KEY.sub("key-recorded", text)


def _everywhere(text: Callable[[str], str], value: Any, account: bool, field: str = "") -> Any:
    """A JSON value with all its texts changed, in base64, too; with `account` its owners, whatever they are called."""
    if isinstance(value, dict):
        return {text(name): _everywhere(text, inner, account, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_everywhere(text, inner, account) for inner in value]
    if not isinstance(value, str):
        return value
    if account and field == "organization_id" and value != "org-local":
        return "org-recorded"
    if account and field == "owned_by" and not OWN.fullmatch(value):
        return "recorded"
    content = _decoded(value)
    if content is None or content == (changed := text(content)):
        return text(value)
    return base64.b64encode(changed.encode("latin-1")).decode()


def _decoded(value: str) -> str | None:
    """What a text holds in base64, a character for each byte; None if it is not base64, or too short to matter."""
    if len(value) < 4 * SHORTEST_SECRET or len(value) % 4:
        return None
    try:
        return base64.b64decode(value, validate=True).decode("latin-1")
    except ValueError:
        return None


def identifying(exchange: Exchange, secrets: Iterable[str] = ()) -> bool:
    """Whether an exchange still tells a key, a secret or an account."""
    return redact(exchange, secrets) != exchange
