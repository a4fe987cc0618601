"""The entries of a ticket, wherever its system has them, as messages: see `desk_systems`."""

from collections.abc import Iterable

from .desk_systems import System, Values
from .html_text import html_text
from .ticket_threads import seconds

JOINED = "entries of one ticket"  # the key of entries that were put together
PERSON = ("accountId", "key", "name", "id")  # what tells a person from another


def is_ticket(system: System, record) -> bool:
    """Whether a record has a list of the system's entries."""
    found = at(record, system.entries) if system.entries else None
    return isinstance(found, list) and bool(found) and all(_is_marked(system, entry) for entry in found)


def is_entry(system: System, record) -> bool:
    """Whether a record is one of the system's entries, and names its ticket."""
    return bool(system.thread) and _is_marked(system, record) and at(record, system.thread) is not None


def threads(system: System, entries: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """The tickets of a file's entries, each with the number of its first entry."""
    found: dict[str, tuple[int, dict]] = {}
    for n, entry in entries:
        name = str(at(entry, system.thread))
        found.setdefault(name, (n, {"id": name, JOINED: []}))[1][JOINED].append(entry)
    return list(found.values())


def from_ticket(system: System, record: dict) -> list[dict]:
    """What the customer wrote or saw, in the order of time where each entry has one."""
    shown = [e for e in _entries(system, record) if not (_is(e, system.notes) or _is(e, system.left_out))]
    times = [next(filter(None, (seconds(at(entry, path)) for path in system.times)), None) for entry in shown]
    if None not in times:
        shown = [entry for _, entry in sorted(zip(times, shown, strict=True), key=lambda pair: pair[0] or 0)]
    said = [(_role(system, record, entry), _text(entry, system.texts)) for entry in shown]
    opening = _text(record, (system.opening,)) if system.opening else ""
    return [{"role": role, "content": text} for role, text in [("user", opening), *said] if text]


def notes(system: System, record: dict) -> int:
    """The number of internal notes."""
    return sum(_is(entry, system.notes) for entry in _entries(system, record))


def at(value, path: str):
    """What stands at a path of keys; None if one of them is not there."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _entries(system: System, record: dict) -> list[dict]:
    found = record[JOINED] if JOINED in record else at(record, system.entries)
    return found if isinstance(found, list) else []


def _is_marked(system: System, entry) -> bool:
    return isinstance(entry, dict) and all(at(entry, path) is not None for path in system.marks)


def _is(entry: dict, values: Values) -> bool:
    return any(str(at(entry, path)).strip().lower() == value for path, value in values)


def _role(system: System, record: dict, entry: dict) -> str:
    requester = _person(at(record, system.requester)) if system.requester else None
    is_requester = requester is not None and requester == _person(at(entry, system.author))
    return "user" if is_requester or _is(entry, system.customers) else "assistant"


def _person(value):
    return next((value[key] for key in PERSON if value.get(key)), None) if isinstance(value, dict) else value


def _text(record: dict, paths: Iterable[str]) -> str:
    """The first text that is there; a file that was sent has none."""
    found = (_plain(at(record, path)) for path in paths)
    return next(filter(None, found), "")


def _plain(value) -> str:
    if isinstance(value, dict) and value.get("type") == "doc":  # Atlassian's document format
        return "\n".join(map(_line, _nodes(value))).strip()
    return html_text(value).strip() if isinstance(value, str) else ""


def _line(node: dict) -> str:
    begin = "\n" if node.get("type") in ("hardBreak", "listItem") else ""
    text = node.get("text")
    return begin + (text if isinstance(text, str) else "") + "".join(map(_line, _nodes(node)))


def _nodes(node: dict) -> list[dict]:
    inner = node.get("content")
    return [part for part in inner if isinstance(part, dict)] if isinstance(inner, list) else []
