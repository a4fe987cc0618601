"""Records of known shapes as examples, and a word on how they were understood."""

import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from . import hubspot, public_shapes, ticket_threads
from .delimited import Rows
from .known_shapes import Numbered, Shape, shape_of
from .people import of_record
from .roles import OPENAI_ROLES, PUBLIC_ROLES, ROLES, role_of


def fits(record) -> bool:
    """Whether a record is OpenAI's, or of a shape that is known."""
    return _is_openai(record) or shape_of(record) is not None


def _is_openai(record) -> bool:
    """OpenAI's format; what is wrong in its messages is for `check` to find."""
    if isinstance(record, list):
        return public_shapes.is_one_chat(record) and all("role" in message for message in record)
    messages = record.get("messages") if isinstance(record, dict) else None
    has_roles = isinstance(messages, list) and any(isinstance(m, dict) and "role" in m for m in messages)
    return has_roles or (isinstance(messages, list) and shape_of(record) is None)


def is_without_answers(record) -> bool:
    """Whether a record is a ticket of which only the fields were exported."""
    return ticket_threads.is_without_comments(record) or hubspot.is_hubspot(record)


def examples(path: Path, records: Iterable[tuple[int, object]], own: dict[str, str]) -> list[tuple[dict, dict]]:
    """Examples and the records that they came from. Warns (UserWarning) how a known shape was understood.

    `own` are the reader's names of roles. Raises ValueError for a record of no known shape.
    """
    named = ROLES | {role: role for role in OPENAI_ROLES} | own if "*" in own else own
    found: list[tuple[dict, dict]] = []
    understood: Counter[Shape] = Counter()
    notes: Counter[Shape] = Counter()
    alone: dict[Shape, list[Numbered]] = {}
    for n, record in records:
        value: dict = record if isinstance(record, dict) else {"messages": record}
        if _is_openai(record):
            facts = of_record(value, ("messages", "tools", "functions"))
            found.append((facts | {**value, "line": n, "messages": _with_roles(value["messages"], named)}, value))
        elif not (shape := shape_of(record)):
            raise ValueError(_not_understood(path, n, record))
        elif shape.joined:
            alone.setdefault(shape, []).append((n, value))
        else:
            understood[shape] += 1
            notes[shape] += shape.notes(value)
            found.append((_example(n, shape, record, own), value))
    for shape, entries in alone.items():
        for n, value in shape.joined(entries) if shape.joined else ():
            understood[shape] += 1
            notes[shape] += shape.notes(value)
            found.append((_example(n, shape, value, own), value))
    for shape, count in understood.items():
        _say(path, shape, count, len(found), notes[shape])
    return found


def is_known_row(row: dict) -> bool:
    """Whether a table whose columns nobody named is understood, or why it cannot be."""
    return fits(row) or is_without_answers(row)


def from_rows(path: Path, rows: Rows, own: dict[str, str]) -> list[tuple[dict, dict]]:
    """As `examples`, for the rows of a table."""
    wrong = {n: {"misread": why} for n, _, why in rows if why}
    found = examples(path, ((n, row) for n, row, _ in rows), own)
    return [({**example, **wrong.get(example["line"], {})}, row) for example, row in found]


def _example(n: int, shape: Shape, record, own: dict[str, str]) -> dict:
    value = record if isinstance(record, dict) else {}
    name = next((value[key] for key in ("id", "message_tree_id") if value.get(key) is not None), None)
    messages = _with_roles(shape.messages(record), PUBLIC_ROLES | own)
    topic = {"topic": str(value[shape.topic])} if shape.topic in value else {}
    named = {"line": n} | ({} if name is None else {"id": str(name)})
    return named | {"messages": messages} | topic | of_record(value)


def _with_roles(messages: list, roles: dict[str, str]) -> list:
    return [{**m, "role": role_of(m["role"], roles)} if isinstance(m, dict) and "role" in m else m for m in messages]


def _say(path: Path, shape: Shape, count: int, of: int, notes: int) -> None:
    some = f" in {count:,} of {of:,} records" if count < of else ""
    left_out = f" {notes:,} internal note{' is' if notes == 1 else 's are'} left out." if notes else ""
    warnings.warn(f"{path.name}: this looks like {shape.name}{some}; I take {shape.takes}.{left_out}", stacklevel=4)


def _not_understood(path: Path, n: int, record) -> str:
    lines = path.suffix.lower() in (".jsonl", ".ndjson", ".csv", ".tsv", ".txt")
    where = f"{path}, {'line' if lines else 'entry'} {n}"
    if is_without_answers(record):
        return f"{where}: these are tickets without their comments, where the answers are. Export the comments too."
    if isinstance(record, dict) and {"chosen", "rejected"} <= record.keys():
        return (
            f'{where} has a preferred and a rejected answer. Rename the preferred one to "completion" to train on it.'
        )
    keys = f"; it has the keys {', '.join(map(repr, record))}" if isinstance(record, dict) and record else ""
    columns = "question= and answer=, or conversation=, role= and text="
    return f'{where} has no list "messages"{keys}. Correct it, or name columns: {columns}.'
