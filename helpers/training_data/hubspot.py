"""Tickets and conversations of HubSpot as messages.

Sources: https://developers.hubspot.com/docs/api-reference/conversations-conversations-inbox-&-messages-v3 (messages),
https://knowledge.hubspot.com/import-and-export/export-records (the columns of a table are the properties' labels).
"""

from collections.abc import Iterable

from .html_text import html_text

NAMES = frozenset(("ticket id", "ticket name", "ticket status", "ticket owner"))  # of which a table has two at least
QUESTIONS = ("content", "ticket description", "description")
ANSWERS = ("resolution", "hs_resolution", "ticket resolution", "resolution notes")
SAID = "MESSAGE"
NOTE = "COMMENT"


def is_ticket(record) -> bool:
    """A ticket with its resolution, from the API or a table."""
    return bool(is_hubspot(record) and _first(record, QUESTIONS) is not None and _first(record, ANSWERS) is not None)


def is_hubspot(record) -> bool:
    """Whether a record has the names of HubSpot's properties."""
    names = _properties(record).keys()
    return len(names & NAMES) > 1 or any(name.startswith("hs_") for name in names)


def _properties(record) -> dict[str, object]:
    if not isinstance(record, dict):
        return {}
    inner = record.get("properties")
    return {str(key).strip().lower(): value for key, value in (inner if isinstance(inner, dict) else record).items()}


def _first(record, names: tuple[str, ...]) -> object:
    properties = _properties(record)
    return next((properties[name] for name in names if name in properties), None)


def from_ticket(record: dict) -> list[dict]:
    """What the customer wrote, and how it was resolved."""
    said = (("user", _first(record, QUESTIONS)), ("assistant", _first(record, ANSWERS)))
    return [{"role": role, "content": _text(text)} for role, text in said]


def is_message(record) -> bool:
    """An entry of a thread; files have them one by one."""
    return isinstance(record, dict) and {"conversationsThreadId", "type"} <= record.keys()


def is_thread(record) -> bool:
    """A thread with its entries as `messages`."""
    entries = record.get("messages") if isinstance(record, dict) else None
    return (
        isinstance(entries, list)
        and bool(entries)
        and all(isinstance(e, dict) and {"type", "createdAt"} <= e.keys() and "role" not in e for e in entries)
    )


def threads(entries: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """The threads of a file's entries, each with the number of its first entry."""
    found: dict[str, tuple[int, dict]] = {}
    for n, entry in entries:
        name = str(entry["conversationsThreadId"])
        found.setdefault(name, (n, {"id": name, "messages": []}))[1]["messages"].append(entry)
    return list(found.values())


def from_thread(record: dict) -> list[dict]:
    """What was sent in a thread, in the order of time (ISO 8601 in UTC sorts as text)."""
    sent = [entry for entry in record["messages"] if entry["type"] == SAID]
    sent.sort(key=lambda entry: str(entry.get("createdAt", "")))
    return [{"role": _role(entry), "content": _text(entry.get("text") or entry.get("richText"))} for entry in sent]


def notes(record: dict) -> int:
    """The number of internal notes in a thread."""
    return sum(entry["type"] == NOTE for entry in record["messages"])


def _role(entry: dict) -> str:
    return "user" if entry.get("direction") == "INCOMING" else "assistant"


def _text(value) -> object:
    """Empty cells and nulls as "", and what is not text as it is, so that `check` names it."""
    return html_text(value).strip() if isinstance(value, str) else "" if value is None else value
