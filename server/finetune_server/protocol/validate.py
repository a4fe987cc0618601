"""Check a request's JSON by the SDK's own types. Each check raises an ApiError that names the parameter."""

import json
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from .errors import ApiError

ALIKE = 0.6  # of two names, from 0 to 1, in difflib's measure
UNKNOWN = "unknown_parameter"


class NamedTwice(ValueError):
    """An object in JSON has two values under one name, of which readers pass over one."""

    def __init__(self, name: str):
        super().__init__(f"The name {name[:60]!r} stands twice in an object of the JSON.")


def parse(text: str | bytes, object_of: Callable[[list[tuple[str, Any]]], dict] | None = None) -> Any:
    """The value that JSON spells. Raises ValueError (also for lone surrogates) or RecursionError."""
    value = json.loads(text, object_pairs_hook=object_of)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def parse_request(text: str | bytes) -> Any:
    """The same, for what a client sends. Raises NamedTwice, too, so that nothing of it is passed over."""
    return parse(text, _each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        raise NamedTwice(next(name for name, _ in pairs if name in seen or seen.add(name)))
    return value


async def json_body(request: Request) -> dict:
    try:
        body = parse_request(await request.body())
    except NamedTwice as error:
        raise ApiError(400, str(error)) from None
    except (ValueError, RecursionError):
        raise ApiError(400, "We could not parse the JSON body of your request.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body of the request must be a JSON object.")
    return body


@lru_cache
def _adapter(kind: Any) -> TypeAdapter:
    return TypeAdapter(kind)


def check(kind: Any, value: Any, under: str = "") -> None:
    """Raise a 400 that names the parameter if `value` is not of one of the SDK's types."""
    try:
        _adapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        param = under + _path(first["loc"], value) if under else _path(first["loc"], value).lstrip(".")
        raise ApiError(400, f"Invalid value for '{param}': {first['msg']}.", param=param) from None


def check_known(body: dict, known: set[str], only: dict[str, list]) -> None:
    """Raise a 400 for a parameter that is not `known`, or that has another value than the `only` ones it may have."""
    for name, value in sorted(body.items()):
        if value is None or name in known or value in only.get(name, []):
            continue
        if name not in only:
            raise unknown_parameter(name, [*known, *only])
        message = f"This server does not do what {name}={json.dumps(value)} asks for; leave '{name}' out."
        raise ApiError(400, message, param=name)


def dotted(under: str, name: str) -> str:
    """The name of a parameter in the object `under`, which is "" for the request itself."""
    return f"{under}.{name}" if under else name


def unknown_parameter(name: str, known: Iterable[str], under: str = "") -> ApiError:
    """The error for a parameter in the object `under`; it names the one of the `known` that was perhaps meant.

    Of those that are alike, parameters of the same object come first, then the innermost.
    """
    likeness = lambda path: SequenceMatcher(None, name.lower(), path.rpartition(".")[2]).ratio()
    rank = lambda path: (likeness(path), path.startswith(under), path.count("."), path)
    nearest = max(known, key=rank, default="")
    param = dotted(under, name)
    hint = f"; did you mean '{nearest}'?" if likeness(nearest) >= ALIKE else "."
    return ApiError(400, f"This server does not know the parameter '{param}'{hint}", param=param, code=UNKNOWN)


def check_names(value: dict, known: Iterable[str], under: str) -> None:
    """Raise a 400 for a name in the object `under` that is not one of the `known`."""
    for name in value:
        if name not in known:
            raise unknown_parameter(name, [dotted(under, other) for other in known], under)


def check_once(given: ImmutableMultiDict) -> None:
    """Raise a 400 for a parameter of a query or a form that is given more than once."""
    for name in given:
        if len(given.getlist(name)) > 1:
            raise ApiError(400, f"The parameter '{name}' is given more than once.", param=name)


def _path(where: tuple, value: Any) -> str:
    """Where in `value` an error is, as `.name[index]`; pydantic's names of union members are left out."""
    path = ""
    for part in where:
        if isinstance(value, dict) and (part in value or part == where[-1]):
            path, value = f"{path}.{part}", value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            path, value = f"{path}[{part}]", value[part]
    return path


def check_range(value: float | None, low: float, high: float, param: str) -> None:
    if value is not None and not low <= value <= high:
        raise ApiError(400, f"Invalid '{param}': expected a value from {low} to {high}, got {value}.", param=param)


def check_flag(body: dict, name: str) -> None:
    if not isinstance(body.get(name), (bool, type(None))):
        raise ApiError(400, f"Invalid value for '{name}': expected true or false.", param=name)


def check_metadata(metadata: dict | None) -> None:
    if len(metadata or {}) > 16 or any(len(k) > 64 or len(v) > 512 for k, v in (metadata or {}).items()):
        message = "Invalid 'metadata': at most 16 pairs, keys of up to 64 and values of up to 512 characters."
        raise ApiError(400, message, param="metadata")
