"""The requests in the input file of a batch, and what is wrong with its lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..protocol.validate import NamedTwice, parse_request

MAX_REQUESTS = 50_000  # OpenAI's limit
MAX_TOLD = 100  # errors of one file
NAMES = ("custom_id", "method", "url", "body")


class Request(NamedTuple):
    """One line of the input file."""

    line: int  # counted from 1, blank ones too
    custom_id: str
    body: dict


class BadLine(ValueError):
    """A line that is not a request of its batch."""

    def __init__(self, line: int | None, code: str, message: str, param: str | None = None):
        super().__init__(message)
        self.error = {"code": code, "message": message, "line": line, "param": param}


def requests_in(path: Path, endpoint: str) -> Iterator[Request]:
    """The requests of a file, read one by one. Raises BadLine."""
    for line, text in _lines(path):
        yield _request(line, text, endpoint)


def check_requests(path: Path, endpoint: str) -> tuple[int, str | None, list[dict]]:
    """How many requests a file has, the model that all of them name (None if they differ), and what is wrong."""
    ids, models, errors = set(), set(), []
    for line, text in _lines(path):
        try:
            request = _request(line, text, endpoint)
            if request.custom_id in ids:
                message = f"The custom_id {request.custom_id!r} occurs twice: give each request its own."
                raise BadLine(line, "duplicate_custom_id", message, "custom_id")
            ids.add(request.custom_id)
            models.add(str(request.body.get("model")))
            if len(ids) > MAX_REQUESTS:
                message = f"A batch has at most {MAX_REQUESTS} requests: divide the file."
                raise BadLine(None, "too_many_requests", message)
        except BadLine as bad:
            errors.append(bad.error)
            if len(errors) == MAX_TOLD or len(ids) > MAX_REQUESTS:
                break
    if not ids and not errors:
        errors.append(BadLine(None, "empty_file", "The input file has no requests.").error)
    return len(ids), models.pop() if len(models) == 1 else None, errors


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with open(path, "rb") as file:
        for line, text in enumerate(file, 1):
            if text := text.removeprefix(b"\xef\xbb\xbf" if line == 1 else b"").strip():
                yield line, text


def _request(line: int, text: bytes, endpoint: str) -> Request:
    try:
        given = parse_request(text)
    except NamedTwice as error:
        raise BadLine(line, "invalid_json_line", str(error)) from None
    except (ValueError, RecursionError):
        raise BadLine(line, "invalid_json_line", "This line is not parseable as valid JSON.") from None
    if not isinstance(given, dict):
        raise BadLine(line, "invalid_request", "This line is not a JSON object.")
    for name in given:
        if name not in NAMES:
            message = f"This line has the key {name[:60]!r}; a request has {', '.join(NAMES)}."
            raise BadLine(line, "unknown_parameter", message, name[:60])
    for name, kind, wanted in (("custom_id", str, "a text"), ("body", dict, "an object")):
        if not isinstance(given.get(name), kind) or (name == "custom_id" and not given[name]):
            raise BadLine(line, "missing_required_parameter", f"Give {name!r}, {wanted}.", name)
    if given.get("method") != "POST":
        raise BadLine(line, "invalid_method", "The method of each request must be 'POST'.", "method")
    if given.get("url") != endpoint:
        message = (
            f"The url of each request must be that of the batch, {endpoint!r}, not {str(given.get('url'))[:60]!r}."
        )
        raise BadLine(line, "invalid_url", message, "url")
    return Request(line, given["custom_id"], given["body"])
