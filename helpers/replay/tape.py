"""The tape: recorded exchanges of one lesson, and how a request finds its answer.

A tape is a file of JSON lines. The first is the provenance: what answered, when, and the SHA-256 of each file of data.
Each further line is one exchange. Two requests are the same if method, path, query and body are the same; an uploaded
file is compared by its name, size and SHA-256, because the boundaries of a multipart body are random.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from python_multipart import create_form_parser

from ..paths import ROOT, write_atomic

PREFIX = re.compile(r"^(/openai(/v1)?|/v1)(?=/)")
KEPT_HEADERS = ("content-type", "openai-processing-ms", "retry-after", "x-request-id")


@dataclass(frozen=True)
class Request:
    """A request as it is compared: `path` without the API's prefix, `query` as sorted pairs, `body` as JSON."""

    method: str
    path: str
    query: list
    body: dict | list | None

    @property
    def key(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def __str__(self) -> str:
        query = "?" + "&".join(f"{k}={v}" for k, v in self.query) if self.query else ""
        body = "" if self.body is None else " " + json.dumps(self.body, ensure_ascii=False)
        return f"{self.method} {self.path}{query}{body}"


@dataclass(frozen=True)
class Response:
    """A response as it is kept: only headers that say something about the answer."""

    status: int
    headers: dict
    body: dict  # one of {"json": …}, {"text": …}, {"base64": …}

    @property
    def content(self) -> bytes:
        [(form, value)] = self.body.items()
        if form == "json":
            return json.dumps(value, ensure_ascii=False).encode()
        return value.encode() if form == "text" else base64.b64decode(value)


@dataclass(frozen=True)
class Exchange:
    """One request and its response."""

    request: Request
    response: Response
    seconds: float  # from the lesson's start to the answer


@dataclass(frozen=True)
class Tape:
    """All exchanges of one lesson in order, and where they come from."""

    provenance: dict
    exchanges: list[Exchange]


def read_request(method: str, path: str, query: str, headers: dict, content: bytes) -> Request:
    """The request as the tape keeps it. `headers` has lower-case names. Raises ValueError if the body is not JSON."""
    pairs = sorted((k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != "api-version")
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        body = {"form": _read_form(kind, content)}
    else:
        body = json.loads(content) if content.strip() else None
    return Request(method, PREFIX.sub("", path), [list(p) for p in pairs], body)


def _read_form(kind: str, content: bytes) -> dict:
    fields: dict = {}

    def on_field(field) -> None:
        fields[field.field_name.decode()] = (field.value or b"").decode()

    def on_file(file) -> None:
        file.file_object.seek(0)
        data = file.file_object.read()
        fields[file.field_name.decode()] = {
            "filename": file.file_name.decode(),
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }

    parser = create_form_parser({"Content-Type": kind.encode()}, on_field, on_file)
    parser.write(content)
    parser.finalize()
    return fields


def read_response(status: int, headers: dict, content: bytes) -> Response:
    """The response as the tape keeps it. `headers` has lower-case names."""
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    if kept.get("content-type", "").startswith("application/json"):
        return Response(status, kept, {"json": json.loads(content)})
    try:
        return Response(status, kept, {"text": content.decode("utf-8")})
    except UnicodeDecodeError:
        return Response(status, kept, {"base64": base64.b64encode(content).decode()})


def read_tape(path: Path) -> Tape:
    """The tape in a file. Raises ValueError, which names the line, where one is broken."""
    first, *lines = Path(path).read_bytes().rstrip(b"\n").split(b"\n")
    n, exchanges = 1, []
    try:
        provenance = dict(json.loads(first))
        for n, line in enumerate(lines, 2):  # noqa: B007, the message names it
            row = json.loads(line)
            exchanges.append(Exchange(Request(**row["request"]), Response(**row["response"]), row["seconds"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(
            f"{Path(path).name}, line {n}: not a line of a tape ({error}). Restore or record it."
        ) from None
    return Tape(provenance, exchanges)


def changed_data(provenance: dict) -> list[str]:
    """One sentence for each file of data that is missing or is not the one that the tape was recorded with."""
    found = []
    for name, digest in provenance.get("data", {}).items():
        path = ROOT / name
        if not path.is_file():
            found.append(f"{name} is missing; the tape was recorded with it.")
        elif file_sha256(path) != digest:
            found.append(f"{name} is not the file that the tape was recorded with.")
    return found


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def write_tape(path: Path, provenance: dict, exchanges: Iterable[Exchange]) -> None:
    """Write a tape; a failure leaves the old file as it was."""
    rows = [provenance, *map(asdict, exchanges)]
    write_atomic(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
