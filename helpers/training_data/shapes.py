"""Records of known shapes as examples, and a word on how they were understood."""

import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from . import answer_trees, public_shapes, ticket_threads
from .public_shapes import are_messages
from .roles import PUBLIC_ROLES, role_of


class Shape(NamedTuple):
    """What a shape is called, what is taken of it, how it is told, and its messages."""

    name: str
    takes: str
    fits: Callable[[object], object]
    messages: Callable[[dict], list[dict]]


def _pairs(name: str, takes: str) -> Shape:
    return Shape(name, takes, lambda r: (public_shapes.pair_keys(r) or ("",))[0] == name, public_shapes.from_pair)


def _tickets(system: str, takes: str) -> Shape:
    return Shape(system, takes, lambda record: ticket_threads.system_of(record) == system, ticket_threads.from_ticket)


SHAPES = (
    Shape(
        "ShareGPT", '"value" as the text, "from" as who speaks', public_shapes.is_sharegpt, public_shapes.from_sharegpt
    ),
    _tickets("Intercom", '"source" and "conversation_parts", admins and bots as the desk'),
    _tickets("Freshdesk", '"description" and "conversations", "incoming" ones as the customer\'s'),
    _tickets("Zendesk", '"comments", those of the requester as the customer\'s'),
    Shape("Gemini", 'the texts of "contents", "model" as the desk', public_shapes.is_gemini, public_shapes.from_gemini),
    Shape(
        "OASST trees",
        "of each tree the best ranked answers, up to the last one",
        answer_trees.is_tree,
        answer_trees.from_tree,
    ),
    Shape("a list of messages", "each as one conversation", public_shapes.is_chat, public_shapes.from_chat),
    _pairs("Alpaca", '"instruction" and "input" as the question, "output" as the answer'),
    _pairs("Dolly", '"instruction" and "context" as the question, "response" as the answer'),
    _pairs("prompt and completion", '"prompt" as the question, "completion" as the answer'),
)
FLAT = Shape(
    "OASST messages",
    "of each tree the best ranked answers, up to the last one",
    answer_trees.is_message,
    answer_trees.from_tree,
)


def fits(record) -> bool:
    """Whether a record is OpenAI's, or of a shape that is known."""
    return _is_openai(record) or any(shape.fits(record) for shape in (FLAT, *SHAPES))


def _is_openai(record) -> bool:
    """OpenAI's format; what is wrong in its messages is for `check` to find."""
    if isinstance(record, list):
        return public_shapes.is_one_chat(record) and all("role" in message for message in record)
    messages = record.get("messages") if isinstance(record, dict) else None
    return isinstance(messages, list) and not are_messages(messages, ("from",), ("value",))


def examples(path: Path, records: Iterable[tuple[int, object]], own: dict[str, str]) -> list[tuple[dict, dict]]:
    """Examples and the records that they came from. Warns (UserWarning) how a known shape was understood.

    `own` are the reader's names of roles. Raises ValueError for a record of no known shape.
    """
    found: list[tuple[dict, dict]] = []
    understood: Counter[Shape] = Counter()
    notes: Counter[Shape] = Counter()
    flat: list[tuple[int, dict]] = []
    for n, record in records:
        value: dict = record if isinstance(record, dict) else {"messages": record}
        if _is_openai(record):
            found.append(({**value, "line": n, "messages": _with_roles(value["messages"], own)}, value))
        elif answer_trees.is_message(record):
            flat.append((n, value))
        elif shape := next((shape for shape in SHAPES if shape.fits(record)), None):
            understood[shape] += 1
            notes[shape] += ticket_threads.notes(value) if shape.messages is ticket_threads.from_ticket else 0
            found.append((_example(n, shape, record, own), value))
        else:
            raise ValueError(_not_understood(path, n, record))
    for n, tree in answer_trees.trees(flat):
        understood[FLAT] += 1
        found.append((_example(n, FLAT, tree, own), tree))
    for shape, count in understood.items():
        _say(path, shape, count, len(found), notes[shape])
    return found


def _example(n: int, shape: Shape, record, own: dict[str, str]) -> dict:
    value = record if isinstance(record, dict) else {}
    name = next((value[key] for key in ("id", "message_tree_id") if value.get(key) is not None), None)
    messages = _with_roles(shape.messages(record), PUBLIC_ROLES | own)
    return {"line": n} | ({} if name is None else {"id": str(name)}) | {"messages": messages}


def _with_roles(messages: list, roles: dict[str, str]) -> list:
    return [{**m, "role": role_of(m["role"], roles)} if isinstance(m, dict) and "role" in m else m for m in messages]


def _say(path: Path, shape: Shape, count: int, of: int, notes: int) -> None:
    some = f" in {count:,} of {of:,} records" if count < of else ""
    left_out = f" {notes:,} internal note{' is' if notes == 1 else 's are'} left out." if notes else ""
    warnings.warn(f"{path.name}: this looks like {shape.name}{some}; I take {shape.takes}.{left_out}", stacklevel=4)


def _not_understood(path: Path, n: int, record) -> str:
    lines = path.suffix.lower() in (".jsonl", ".ndjson")
    where = f"{path}, {'line' if lines else 'entry'} {n}"
    if ticket_threads.is_without_comments(record):
        return f"{where}: these are tickets without their comments, where the answers are. Export the comments too."
    if isinstance(record, dict) and {"chosen", "rejected"} <= record.keys():
        return (
            f'{where} has a preferred and a rejected answer. Rename the preferred one to "completion" to train on it.'
        )
    keys = f"; it has the keys {', '.join(map(repr, record))}" if isinstance(record, dict) and record else ""
    columns = "question= and answer=, or conversation=, role= and text="
    return f'{where} has no list "messages"{keys}. Correct it, or name columns: {columns}.'
