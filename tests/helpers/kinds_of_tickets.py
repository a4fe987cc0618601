"""Exports of ticket systems."""

from .export_talks import TALKS, spoken
from .export_writers import Kind, as_json, columns_of, each, joined, messages, questions, table, text

MESSAGES = {"conversation": "Ticket", "role": "From", "text": "Text"}
HTML = "<div><p>{}</p></div>"
ALONE = "without their comments, where the answers are"
NOTES = "20 internal notes are left out"
ZENDESK_TABLE = "Id,Subject,Status,Requester\n1,Lamp,Closed,Kim\n"
ZENDESK_INCREMENTAL = {"tickets": [{"subject": "Lamp", "description": "d", "status": "open"}], "count": 1}
FRESHDESK_TABLE = "Ticket ID,Subject,Status,Agent\n1,Lamp,Closed,Bo\n"
HUBSPOT_TABLE = {
    "Ticket ID": range(20),
    "Ticket name": "Lamp",
    "Ticket description": questions()["Question"],
    "Resolution": questions()["Answer"],
}
DESK = {"roles": {"@red.example": "assistant", "*": "user"}}
SENDERS = columns_of(messages(customer="kim@b.example", desk="Anna <anna@red.example>")[::-1])
BACKWARDS = spoken(TALKS[::-1])


def flagged(**flags) -> dict:
    """A note after each message that opens a ticket; `flags` has of a column the value of a message and of a note."""
    found = []
    for row in messages():
        found.append(row | {column: values[0] for column, values in flags.items()})
        if row["From"] != "Agent":
            note = row | {"From": "Agent", "Text": "INTERNAL: ask Bo"}
            found.append(note | {column: values[1] for column, values in flags.items()})
    return columns_of(found)


def zendesk(n: int, asked: str, said: str) -> dict:
    comments = [
        {"author_id": 1, "body": asked, "public": True},
        {"author_id": 2, "body": "VIP", "public": False},
        {"author_id": 2, "body": said, "public": True},
    ]
    return {
        "id": n,
        "subject": "Lamp",
        "description": asked,
        "requester_id": 1,
        "status": "closed",
        "comments": comments,
    }


def freshdesk(n: int, asked: str, said: str) -> dict:
    replies = [{"body_text": "VIP", "incoming": False, "private": True}]
    replies += [{"body": HTML.format(said), "incoming": False, "private": False}]
    return {"id": n, "subject": "Lamp", "description_text": asked, "conversations": replies}


def intercom(n: int, asked: str, said: str) -> dict:
    parts = [
        {"part_type": "note", "body": "VIP", "author": {"type": "admin"}, "created_at": 2},
        {"part_type": "comment", "body": HTML.format(said), "author": {"type": "admin"}, "created_at": 3},
    ]
    source = {"body": HTML.format(asked), "author": {"type": "user"}}
    return {"type": "conversation", "id": n, "source": source, "conversation_parts": {"conversation_parts": parts}}


def hubspot(n: int, asked: str, said: str) -> list[dict]:
    return [
        {"type": kind, "conversationsThreadId": n, "text": what, "direction": way, "createdAt": f"2026-01-0{day}"}
        for day, kind, what, way in (
            (3, "MESSAGE", said, "OUTGOING"),
            (2, "COMMENT", "VIP", "OUTGOING"),
            (1, "MESSAGE", asked, "INCOMING"),
        )
    ]


def hubspot_ticket(n: int, asked: str, said: str) -> dict:
    return {"id": n, "properties": {"hs_ticket_id": n, "content": asked, "hs_resolution": said}}


KINDS = [
    Kind("Zendesk, a table of tickets", text("x.csv", ZENDESK_TABLE), {}, ALONE),
    Kind("Zendesk, a ticket a line", as_json("x.jsonl", each(zendesk)), {}, spoken(), "looks like Zendesk.*" + NOTES),
    Kind("Zendesk, incremental", as_json("x.json", ZENDESK_INCREMENTAL), {}, ALONE),
    Kind(
        "Zendesk, comments by e-mail, newest first",
        table("x.csv", SENDERS),
        MESSAGES | DESK,
        BACKWARDS,
        "oldest message, by 'Time'",
    ),
    Kind("Freshdesk", as_json("x.json", each(freshdesk)), {}, spoken(), "looks like Freshdesk.*" + NOTES),
    Kind("Freshdesk, a table of tickets", text("x.csv", FRESHDESK_TABLE), {}, ALONE),
    Kind(
        "Intercom", as_json("x.json", {"conversations": each(intercom)}), {}, spoken(), "looks like Intercom.*" + NOTES
    ),
    Kind(
        "HubSpot, a table with a byte order mark",
        table("x.csv", HUBSPOT_TABLE, encoding="utf-8-sig"),
        {},
        spoken(),
        "looks like HubSpot's tickets",
    ),
    Kind(
        "HubSpot, tickets of the API",
        as_json("x.json", {"results": each(hubspot_ticket)}),
        {},
        spoken(),
        "HubSpot's tickets",
    ),
    Kind(
        "HubSpot, messages of the API",
        as_json("x.json", {"results": joined(each(hubspot))}),
        {},
        spoken(),
        "HubSpot's messages.*" + NOTES,
    ),
    Kind("flat, is_internal", table("x.csv", flagged(is_internal=("false", "true"))), MESSAGES, spoken(), NOTES),
    Kind("flat, public", table("x.parquet", flagged(public=(True, False))), MESSAGES, spoken(), NOTES),
    Kind("flat, visibility", table("x.csv", flagged(Visibility=("all", "Private"))), MESSAGES, spoken(), NOTES),
    Kind(
        "flat, the reader's own word",
        table("x.csv", flagged(Nur_wir=("nein", "ja"))),
        MESSAGES | {"internal": "Nur_wir"},
        spoken(),
        NOTES,
    ),
]
