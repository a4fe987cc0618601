"""Tickets of Zendesk, Freshdesk and Intercom, each with its comments, as messages.

Internal notes, which no customer saw, are left out. Sources: https://developer.zendesk.com/api-reference/ticketing,
https://developers.freshdesk.com/api, https://developers.intercom.com/docs/references/rest-api
"""

from datetime import datetime

from .html_text import html_text
from .people import CUSTOMERS

TEXTS = ("plain_body", "body_text", "description_text", "body", "html_body", "description")  # plain ones first
FIELDS = frozenset(("subject", "status"))  # what each of these systems' tickets has, and one at least of the others
MORE_FIELDS = frozenset(
    ("description", "requester", "requester id", "requester name", "ticket id", "assignee", "agent")
)


def system_of(record) -> str:
    """Zendesk, Freshdesk or Intercom; "" if the record is not a ticket with comments."""
    if not isinstance(record, dict):
        return ""
    if isinstance(record.get("conversation_parts"), (dict, list)):
        return "Intercom"
    unanswered = "description" in record  # a ticket may have no replies yet
    if _objects(record.get("conversations"), "incoming") or (unanswered and record.get("conversations") == []):
        return "Freshdesk"
    comments = record.get("comments")
    said_by_whom = _objects(comments, *TEXTS) and _objects(comments, "author_id", "author")
    return "Zendesk" if said_by_whom or (unanswered and comments == []) else ""


def _objects(value, *keys: str) -> bool:
    """Whether a value is a list of objects with one of the keys each."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(entry, dict) and bool(entry.keys() & set(keys)) for entry in value)
    )


def is_without_comments(record) -> bool:
    """Whether a record is a ticket of which only the fields were exported."""
    names = {str(key).strip().lower() for key in record} if isinstance(record, dict) else set()
    return names >= FIELDS and bool(names & MORE_FIELDS)


def from_ticket(record: dict) -> list[dict]:
    """The messages that the customer saw or wrote, in the order of time where each comment has one."""
    requester = record.get("requester_id") or next(
        (c.get("author_id") for c in _comments(record) if not is_note(c)), None
    )
    shown = [(_role(c, requester), _text(c)) for c in _comments(record) if not is_note(c)]
    source = record.get("source")
    first = source if isinstance(source, dict) else record
    opening = _text(first)
    if opening and _plain(opening) not in (_plain(text) for _, text in shown):  # Zendesk has it among its comments
        shown.insert(0, (_role(first, requester) if "author" in first else "user", opening))
    return [{"role": role, "content": text} for role, text in shown if text]


def notes(record: dict) -> int:
    """The number of internal notes."""
    return sum(is_note(comment) for comment in _comments(record))


def is_note(comment: dict) -> bool:
    """Whether only the desk saw a comment."""
    kind = comment.get("part_type")
    return comment.get("public") is False or comment.get("private") is True or kind in ("note", "note_and_reopen")


def _comments(record: dict) -> list[dict]:
    found = next((record[k] for k in ("conversation_parts", "conversations", "comments") if k in record), [])
    if isinstance(found, dict):  # Intercom's list is inside an object
        found = found.get("conversation_parts")
    comments = [c for c in found if isinstance(c, dict)] if isinstance(found, list) else []
    times = [seconds(comment.get("created_at")) for comment in comments]
    if any(time is None for time in times):
        return comments
    return [comment for _, comment in sorted(zip(times, comments, strict=True), key=lambda pair: pair[0] or 0)]


def seconds(value) -> float | None:
    """The seconds since 1970 of a number or of ISO 8601; None if the value is not a time."""
    if isinstance(value, (int, float)):
        return value
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except ValueError:
        return None


def _role(comment: dict, requester) -> str:
    """Who speaks: a flag, the author's kind or the author's number tells it."""
    author = comment.get("author")
    kind = (author.get("role") or author.get("type")) if isinstance(author, dict) else None
    if isinstance(comment.get("incoming"), bool):
        return "user" if comment["incoming"] else "assistant"
    if isinstance(kind, str):
        return "user" if kind.lower() in CUSTOMERS else "assistant"
    return "user" if comment.get("author_id") == requester else "assistant"


def _text(comment: dict) -> str:
    return next((html_text(comment[k]).strip() for k in TEXTS if isinstance(comment.get(k), str) and comment[k]), "")


def _plain(text: str) -> str:
    return " ".join(text.split())
