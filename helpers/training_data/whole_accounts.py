"""Tickets of Zendesk and Freshdesk as the exports of a whole account have them, made like those of their interfaces.

Sources: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits (audits),
https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports (events),
https://support.freshdesk.com (export of an account: objects "helpdesk_ticket" with their notes)
"""

from collections.abc import Iterable

from . import ticket_threads

EVENTS = ("child_events", "events")


def is_change(record) -> bool:
    """A change of a ticket, in which a comment may stand."""
    return isinstance(record, dict) and "ticket_id" in record and any(isinstance(record.get(k), list) for k in EVENTS)


def changed_tickets(changes: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """The tickets with the comments of their changes, each with the number of its first change."""
    found: dict[str, tuple[int, dict]] = {}
    for n, change in changes:
        name = str(change["ticket_id"])
        comments = found.setdefault(name, (n, {"id": name, "comments": []}))[1]["comments"]
        events = next(change[key] for key in EVENTS if isinstance(change.get(key), list))
        made = [event for event in events if isinstance(event, dict) and _is_comment(event)]
        comments += [{"created_at": change.get("created_at", change.get("timestamp"))} | event for event in made]
    return list(found.values())


def _is_comment(event: dict) -> bool:
    return "Comment" in (event.get("type"), event.get("event_type"))


def is_wrapped(record) -> bool:
    """A ticket in an object of its own, as Freshdesk's accounts have it."""
    return isinstance(record, dict) and isinstance(record.get("helpdesk_ticket"), dict)


def from_wrapped(record: dict) -> list[dict]:
    """Its messages."""
    return ticket_threads.from_ticket(_unwrapped(record))


def wrapped_notes(record: dict) -> int:
    """The number of internal notes."""
    return ticket_threads.notes(_unwrapped(record))


def _unwrapped(record: dict) -> dict:
    ticket = record["helpdesk_ticket"]
    notes = ticket.get("notes")
    entries = notes if isinstance(notes, list) else []
    inner = [note.get("helpdesk_note", note) for note in entries if isinstance(note, dict)]
    return {**ticket, "conversations": inner}
