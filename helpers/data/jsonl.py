"""JSON lines: read as a stream, so that memory stays flat, and written whole or not at all."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ..paths import write_whole

BOM = "\ufeff".encode()
LONGEST = 16 * 2**20  # bytes of one line that are looked at


def find_file(path: str | Path) -> Path:
    """The path, if a file is there. Raises FileNotFoundError or IsADirectoryError."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Name a file in it.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}. Check the name; the working folder is {Path.cwd()}.")
    return path


def lines(path: str | Path) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank with its number, without a BOM; of a line above 16 MB only the beginning."""
    with open(find_file(path), "rb") as file:
        yield from lines_in(file)


def lines_in(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The same of an open file."""
    for n, line in enumerate(iter(partial(file.readline, LONGEST), b""), 1):
        if len(line) == LONGEST:
            while file.readline(LONGEST)[-1:] not in (b"\n", b""):
                pass
        if n == 1:
            line = line.removeprefix(BOM)
        if line and not line.isspace():
            yield n, line


def _no_constant(name: str):
    raise ValueError(f"{name} is no value of JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
_BLANKS = " \t\n\r"  # what JSON allows around a value


def parse(line: bytes):
    """The value that a line holds. Raises ValueError that says what is wrong, UnicodeError if it is not UTF-8."""
    if len(line) >= LONGEST:
        raise ValueError(f"the line is longer than {LONGEST // 2**20} MB")
    try:
        text = line.decode()
        value, end = _decoder.raw_decode(text, len(text) - len(text.lstrip(_BLANKS)))
        if text[end:].strip(_BLANKS):
            raise json.JSONDecodeError("Extra data", text, end)
        return value
    except UnicodeDecodeError as error:
        raise UnicodeError(f"byte {error.start + 1} of the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg}, character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def numbered_values(path: str | Path) -> Iterator[tuple[int, object]]:
    """Each value with its line. Raises ValueError at the first broken line, and names it."""
    for n, line in lines(path):
        try:
            value = parse(line)
        except ValueError as error:
            raise ValueError(f"{path}, line {n} is not JSON ({error}). Mend this line.") from None
        yield n, value


def read_jsonl(path: str | Path) -> list:
    """One value a line. Raises ValueError that names the first broken line."""
    return [value for _, value in numbered_values(path)]


def stream(path: str | Path) -> Iterator[dict]:
    """The examples of a file one after the other, each with its `line`; lines that hold none are left out."""
    for n, line in lines(path):
        try:
            value = parse(line)
        except ValueError:
            continue  # `check` names them
        if isinstance(value, dict):
            yield {**value, "line": n}


def write_jsonl(path: str | Path, objects: Iterable, bom: bool = False) -> None:
    """Write one object a line, the file whole or not at all. Microsoft's pages wanted `bom=True` until 2026."""
    content = "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)
    try:
        write_whole(Path(path), BOM * bom + content.encode())
    except UnicodeEncodeError as error:
        line = content.count("\n", 0, error.start) + 1
        raise ValueError(
            f"Object {line} holds half a character, which no file can. `check` names the message."
        ) from None
