"""The records of JSON, JSONL and Parquet files, as JSON has them: objects with lists and objects inside."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from .jsonl import lines, numbered_values, parse_text, start_of_value, value_at
from .tables import parquet_table, text_of
from .text_encoding import is_utf8

Fits = Callable[[object], bool]  # whether a value is a record that can be understood


def records(path: Path, fits: Fits) -> Iterable[tuple[int, object]]:
    """Each record with its number, counted from 1; for JSONL, that of its line. Raises ValueError."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        return enumerate(_parquet_rows(path), 1)
    if kind == ".json" or _is_wrapped(path):
        return _json_records(path, fits)
    return numbered_values(path) if is_utf8(path) else _values(path)


def _is_wrapped(path: Path) -> bool:
    """Whether the first value of a file goes on below its first line, as programs write that make JSON readable."""
    first = next((line for _, line in lines(path)), b"").strip()
    return first in (b"{", b"[") or (first[:1] == b"[" and first[-1:] == b",")


def _values(path: Path) -> Iterator[tuple[int, object]]:
    """As `numbered_values`, for a file in another encoding."""
    for n, line in enumerate(text_of(path).split("\n"), 1):
        if line.strip():
            try:
                yield n, parse_text(line)
            except ValueError as error:
                raise ValueError(f"{path}, line {n} is not JSON ({error}). Correct this line.") from None


def _parquet_rows(path: Path) -> list:
    return [_as_json(row) for row in parquet_table(path).to_dict("records")]


def _as_json(value):
    """Arrays as lists, and objects without nulls: Parquet gives each object all keys that any of them has."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items() if not (_is_null(inner))}
    return [_as_json(inner) for inner in value] if isinstance(value, list) else value


def _is_null(value) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def _json_records(path: Path, fits: Fits) -> Iterable[tuple[int, object]]:
    text = text_of(path)
    if not text.strip():
        raise ValueError(f"{path} is empty. Export it again.")
    try:
        value = parse_text(text)
    except ValueError as error:
        if "Extra data" in str(error):  # a value a line, which many programs call .json, or in several lines each
            return _one_after_another(path, text) if _is_wrapped(path) else numbered_values(path)
        raise ValueError(f"{path} is not JSON ({error}). Save or export it again.") from None
    found = [value] if fits(value) else _the_list(path, value, fits)
    if not found:
        raise ValueError(f"{path} holds no list of objects. Export tickets or chats, or name another file.")
    return enumerate(found, 1)


def _one_after_another(path: Path, text: str) -> Iterator[tuple[int, object]]:
    """Each value of a text, with the number of the line where it begins."""
    at = start_of_value(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, end = value_at(text, at)
        except ValueError as error:
            raise ValueError(
                f"{path}: the value that begins in line {line} is not JSON ({error}). Correct it."
            ) from None
        yield line, value
        at = start_of_value(text, end)


def _the_list(path: Path, value, fits: Fits) -> list:
    """The value itself if it is a list, or the list in its objects that can be understood; else the outermost one."""
    if isinstance(value, list):
        return value
    levels = [_lists(objects) for objects in _levels(value)]
    known = [(key, inner) for level in levels for key, inner in level if fits(inner[0])]
    found = known or next(filter(None, levels), [])
    if len(found) > 1:
        names = ", ".join(repr(key) for key, _ in found)
        raise ValueError(f"{path} holds several lists: {names}. Save one of them as a file of its own.")
    return found[0][1] if found else []


def _levels(value) -> Iterator[list[dict]]:
    """The object, the objects in it, those in these, and so on."""
    objects = [value] if isinstance(value, dict) else []
    while objects:
        yield objects
        objects = [inner for outer in objects for inner in outer.values() if isinstance(inner, dict)]


def _lists(objects: list[dict]) -> list[tuple[str, list]]:
    return [(key, inner) for outer in objects for key, inner in outer.items() if isinstance(inner, list) and inner]
