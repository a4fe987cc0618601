"""JSON lines: read as a stream, so that memory stays small, and written atomically."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from ..paths import write_atomic

BOM = "\ufeff".encode()
MAX_LINE_BYTES = 16 * 2**20  # of one line that are read; 65,536 tokens, the longest example, are about 300 kB


def existing_file(path: str | Path) -> Path:
    """The path, if a file is there. Raises FileNotFoundError or IsADirectoryError."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Name a file in it.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}. Check the name; the working folder is {Path.cwd()}.")
    return path


def lines(path: str | Path) -> Iterator[tuple[int, bytes]]:
    """The number and bytes of each line that is not blank, without a BOM; of a line above 16 MB only the beginning."""
    with open(existing_file(path), "rb") as file:
        yield from lines_in(file)


def lines_in(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """As `lines`, for an open file."""
    for n, line in enumerate(iter(partial(file.readline, MAX_LINE_BYTES), b""), 1):
        if len(line) == MAX_LINE_BYTES:
            while file.readline(MAX_LINE_BYTES)[-1:] not in (b"\n", b""):
                pass
        if n == 1:
            line = line.removeprefix(BOM)
        if line and not line.isspace():
            yield n, line


def _no_constant(name: str):
    raise ValueError(f"{name} is not valid JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
_WHITE_SPACE = " \t\n\r"  # that JSON allows around a value
_NO_SPACE = re.compile(rf"[^{_WHITE_SPACE}]")


def parse_line(line: bytes):
    """The JSON value of a line. Raises ValueError that says what is wrong, UnicodeError if it is not UTF-8."""
    if len(line) >= MAX_LINE_BYTES:
        raise ValueError(f"the line is longer than {MAX_LINE_BYTES // 2**20} MB")
    try:
        return parse_text(line.decode())
    except UnicodeDecodeError as error:
        raise UnicodeError(f"byte {error.start + 1} of the line is not UTF-8") from None


def parse_text(text: str):
    """The JSON value of a text. Raises ValueError that says what is wrong."""
    value, end = value_at(text, start_of_value(text, 0))
    if text[end:].strip(_WHITE_SPACE):
        raise ValueError(f"Extra data, character {end + 1}")
    return value


def start_of_value(text: str, at: int) -> int:
    """Where the first value from `at` on begins."""
    found = _NO_SPACE.search(text, at)
    return found.start() if found else len(text)


def value_at(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins there, and where it ends. Raises ValueError that says what is wrong."""
    try:
        return _decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg}, character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def numbered_values(path: str | Path) -> Iterator[tuple[int, object]]:
    """The line number and value of each line. Raises ValueError that names the first broken line."""
    for n, line in lines(path):
        try:
            value = parse_line(line)
        except ValueError as error:
            raise ValueError(f"{path}, line {n} is not JSON ({error}). Correct this line.") from None
        yield n, value


def read_jsonl(path: str | Path) -> list:
    """The values of a file, one per line. Raises OSError, or ValueError that names the first broken line."""
    return [value for _, value in numbered_values(path)]


def stream_examples(path: str | Path) -> Iterator[dict]:
    """The examples of a file, each with its `line`. Lines without an example are left out; `check` names them."""
    for n, line in lines(path):
        try:
            value = parse_line(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield {**value, "line": n}


def write_jsonl(path: str | Path, objects: Iterable, bom: bool = False) -> None:
    """Write one object a line, atomically. Microsoft's pages asked for `bom=True`, a byte order mark, until 2026.

    Raises ValueError for a lone surrogate, which UTF-8 cannot hold, and OSError.
    """
    content = "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)
    try:
        write_atomic(Path(path), BOM * bom + content.encode())
    except UnicodeEncodeError as error:
        line = content.count("\n", 0, error.start) + 1
        raise ValueError(
            f"Object {line} holds half a character, which a file cannot hold. `check` names the message."
        ) from None
