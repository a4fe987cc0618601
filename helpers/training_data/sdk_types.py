"""Values checked against the types of the `openai` package."""

from functools import lru_cache
from reprlib import Repr

from pydantic import TypeAdapter, ValidationError

Found = list[tuple[str, str]]  # kind and detail of findings

_repr = Repr()
_repr.maxstring = _repr.maxother = 60
short = _repr.repr  # the repr of any value in a few characters, however deep or long it is


@lru_cache
def _type(kind) -> TypeAdapter:
    return TypeAdapter(kind)


def mismatch(kind, value) -> str:
    """Where and how the value differs from the type; "" if it fits."""
    try:
        _type(kind).validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
    return ""
