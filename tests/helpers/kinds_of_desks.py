"""Exports of more ticket systems, of chat programs and of whole accounts, as their interfaces give them."""

from collections.abc import Callable

from .export_talks import spoken
from .export_writers import Kind, as_json, columns_of, each, joined, table

HTML = "<div><p>{}</p></div>"
DESK = {"roles": {"Red Desk": "assistant", "*": "user"}}
NOTES = "20 internal notes are left out"
VIP = "VIP, be quick"


def day(n: int) -> str:
    return f"2026-01-0{n}T09:00:00.000Z"


def gorgias(n: int, asked: str, said: str) -> dict:
    def message(text: str, k: int, from_agent: bool = True, channel: str = "email") -> dict:
        body = {"stripped_text": text, "body_text": f"{text}\n> old", "body_html": HTML.format(text)}
        shown = {"channel": channel, "public": channel == "email", "created_datetime": day(k)}
        return body | shown | {"ticket_id": n, "from_agent": from_agent, "sender": {"name": "Bo Lee" * from_agent}}

    messages = [message(said, 3), message(VIP, 2, channel="internal-note"), message(asked, 1, False)]
    return {"id": n, "subject": "Lamp", "customer": {"id": 100 + n, "name": "Kim Blank"}, "messages": messages}


def help_scout(n: int, asked: str, said: str) -> dict:
    def thread(kind: str, body: str | None, k: int) -> dict:
        by = {"id": 7, "type": "customer" if kind == "customer" else "user"}
        state = "draft" if body == "not yet" else "published"
        return {"type": kind, "body": body, "createdAt": day(k), "createdBy": by, "state": state}

    threads = [("message", HTML.format(said), 4), ("message", "not yet", 3), ("note", VIP, 2), ("lineitem", None, 1)]
    threads = [thread(*entry) for entry in [*threads, ("customer", HTML.format(asked), 1)]]
    return {"id": n, "subject": "Lamp", "preview": asked, "_embedded": {"threads": threads}}


def document(text: str) -> dict:
    lines = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n")]
    return {"type": "doc", "version": 1, "content": lines}


def jira(n: int, asked: str, said: str, body: Callable[[str], object] = str) -> dict:
    reporter = {"accountId": "kim", "displayName": "Kim Blank", "accountType": "customer"}
    author = {"accountId": "bo", "displayName": "Bo Lee", "accountType": "atlassian"}
    comments = [
        {"author": author, "body": body(VIP), "created": day(2), "jsdPublic": False},
        {"author": author, "body": body(said), "created": day(3), "jsdPublic": True},
    ]
    fields = {"summary": "Lamp", "description": body(asked), "reporter": reporter, "comment": {"comments": comments}}
    return {"id": str(n), "key": f"SUP-{n}", "fields": fields}


def jira_documents(n: int, asked: str, said: str) -> dict:
    return jira(n, asked, said, document)


def kustomer(n: int, asked: str, said: str) -> list[dict]:
    def entry(kind: str, k: int, **attributes) -> dict:
        thread = {"conversation": {"data": {"type": "conversation", "id": f"c{n}"}}}
        return {
            "type": kind,
            "id": f"{n}-{k}",
            "attributes": attributes | {"createdAt": day(k)},
            "relationships": thread,
        }

    return [
        entry("message", 3, direction="out", preview=said),
        entry("note", 2, body=VIP),
        entry("message", 1, direction="in", preview=asked),
    ]


def front(n: int, asked: str, said: str) -> list[dict]:
    links = {"related": {"conversation": f"https://red.example/conversations/{n}"}}
    return [
        {"is_inbound": inbound, "is_draft": draft, "created_at": k, "body": HTML.format(t), "text": t, "_links": links}
        for t, k, inbound, draft in ((said, 3, False, False), ("not yet", 2, False, True), (asked, 1, True, False))
    ]


def zammad(n: int, asked: str, said: str) -> list[dict]:
    return [
        {"ticket_id": n, "body": body, "sender": sender, "internal": internal, "created_at": day(k), "type": "email"}
        for k, sender, body, internal in (
            (1, "Customer", HTML.format(asked), False),
            (2, "System", "Your ticket is open.", False),
            (3, "Agent", VIP, True),
            (4, "Agent", HTML.format(said), False),
        )
    ]


def zammad_ticket(n: int, asked: str, said: str) -> dict:
    return {"id": n, "title": "Lamp", "customer_id": 100 + n, "articles": zammad(n, asked, said)}


def otrs(n: int, asked: str, said: str) -> dict:
    articles = [
        {"SenderType": sender, "Body": body, "IsVisibleForCustomer": shown, "CreateTime": f"2026-01-0{k} 09:00:00"}
        for k, sender, body, shown in ((1, "customer", asked, "1"), (2, "agent", VIP, "0"), (3, "agent", said, "1"))
    ]
    return {"TicketID": str(n), "Title": "Lamp", "CustomerUserID": f"k{n}", "Article": articles}


def salesforce(n: int, asked: str, said: str) -> list[dict]:
    return [
        {"ParentId": f"500{n}", "TextBody": text, "HtmlBody": HTML.format(text), "Incoming": way, "MessageDate": day(k)}
        for text, way, k in ((said, "false", 2), (asked, "true", 1))
    ]


def salesforce_comments(n: int, asked: str, said: str) -> list[dict]:
    return [
        {"ParentId": n, "CommentBody": text, "CreatedBy": who, "IsPublished": public}
        for text, who, public in ((asked, "Kim", "1"), (VIP, "Bo", "0"), (said, "Bo", "1"))
    ]


def crisp(n: int, asked: str, said: str) -> list[dict]:
    rows = [("user", "text", asked), ("operator", "note", VIP), ("operator", "text", said)]
    rows.append(("operator", "file", {"url": "https://red.example/x.pdf"}))  # pyright: ignore[reportArgumentType]
    return [
        {"session_id": f"session_{n}", "from": who, "type": kind, "content": said, "timestamp": k}
        for k, (who, kind, said) in enumerate(rows)
    ]


def zendesk_events(n: int, asked: str, said: str) -> list[dict]:
    def event(body: str, k: int, who: int, public: bool = True) -> dict:
        comment = {"event_type": "Comment", "author_id": who, "body": body, "public": public}
        changed = {"event_type": "Change", "status": "open"}
        return {
            "id": k,
            "ticket_id": n,
            "created_at": day(k),
            "event_type": "Audit",
            "child_events": [comment, changed],
        }

    return [event(asked, 1, 1), event(VIP, 2, 2, False), event(said, 3, 2)]


def zendesk_audits(n: int, asked: str, said: str) -> list[dict]:
    return [
        {
            "ticket_id": n,
            "created_at": day(k),
            "events": [{"type": "Comment", "author_id": who, "body": b, "public": p}],
        }
        for k, b, who, p in ((1, asked, 1, True), (2, VIP, 2, False), (3, said, 2, True))
    ]


def freshdesk_account(n: int, asked: str, said: str) -> dict:
    notes = [
        {"body": VIP, "incoming": False, "private": True},
        {"body": said, "body_html": HTML.format(said), "incoming": False, "private": False},
    ]
    notes = [{"helpdesk_note": note} if n % 2 else note for note in notes]
    ticket = {"display_id": n, "subject": "Lamp", "description": asked, "description_html": HTML.format(asked)}
    return {"helpdesk_ticket": ticket | {"requester_id": 100 + n, "notes": notes}}


def telegram(n: int, asked: str, said: str) -> dict:
    messages = [
        {"id": 0, "type": "service", "action": "phone_call", "actor": "Kim Blank", "text": ""},
        {"id": 1, "type": "message", "date": day(1), "from": "Kim Blank", "text": [asked[:3], {"text": asked[3:]}]},
        {"id": 2, "type": "message", "date": day(2), "from": "Red Desk", "text": said},
    ]
    return {"name": "Kim Blank", "type": "personal_chat", "id": n, "messages": messages}


def messenger(n: int, asked: str, said: str) -> dict:
    broken = "Grüße: ".encode().decode("latin-1")  # as these exports write letters beyond ASCII
    messages = [
        {"sender_name": "Red Desk", "timestamp_ms": 3000, "content": broken + said},
        {"sender_name": "Red Desk", "timestamp_ms": 2000, "photos": [{"uri": "x.jpg"}]},
        {"sender_name": "Kim Blank", "timestamp_ms": 1000, "content": asked},
    ]
    return {"participants": [{"name": "Kim Blank"}, {"name": "Red Desk"}], "messages": messages, "thread_path": f"k{n}"}


GREETED = [[user, ("assistant", "Grüße: " + said)] for user, (_, said) in spoken()]
COMMENTS = {"conversation": "ParentId", "role": "CreatedBy", "text": "CommentBody"}
KINDS = [
    Kind("Gorgias", as_json("x.json", {"data": each(gorgias)}), {}, spoken(), "looks like Gorgias.*" + NOTES),
    Kind(
        "Gorgias, messages",
        as_json("x.jsonl", joined([ticket["messages"] for ticket in each(gorgias)])),
        {},
        spoken(),
        "looks like Gorgias.*" + NOTES,
    ),
    Kind(
        "Help Scout",
        as_json("x.json", {"_embedded": {"conversations": each(help_scout)}, "page": {"size": 25}}),
        {},
        spoken(),
        "looks like Help Scout.*" + NOTES,
    ),
    Kind("Jira", as_json("x.json", {"issues": each(jira)}), {}, spoken(), "looks like Jira.*" + NOTES),
    Kind("Jira, documents", as_json("x.jsonl", each(jira_documents)), {}, spoken(), "looks like Jira.*" + NOTES),
    Kind("Kustomer", as_json("x.json", {"data": joined(each(kustomer))}), {}, spoken(), "Kustomer.*" + NOTES),
    Kind("Front", as_json("x.json", {"_results": joined(each(front))}), {}, spoken(), "looks like Front"),
    Kind("Zammad, articles", as_json("x.json", joined(each(zammad))), {}, spoken(), "looks like Zammad.*" + NOTES),
    Kind("Zammad, tickets", as_json("x.json", each(zammad_ticket)), {}, spoken(), "looks like Zammad.*" + NOTES),
    Kind("OTRS", as_json("x.json", {"Ticket": each(otrs)}), {}, spoken(), "looks like OTRS.*" + NOTES),
    Kind("Salesforce", table("x.csv", columns_of(joined(each(salesforce)))), {}, spoken(), "looks like Salesforce"),
    Kind(
        "Salesforce, comments",
        table("x.csv", columns_of(joined(each(salesforce_comments)))),
        COMMENTS | {"roles": {"Bo": "assistant", "*": "user"}},
        spoken(),
        NOTES,
    ),
    Kind("Crisp", as_json("x.json", joined(each(crisp))), {}, spoken(), "looks like Crisp.*" + NOTES),
    Kind(
        "Zendesk, events",
        as_json("x.json", {"ticket_events": joined(each(zendesk_events)), "count": 60}),
        {},
        spoken(),
        "looks like Zendesk.*" + NOTES,
    ),
    Kind(
        "Zendesk, audits",
        as_json("x.json", {"audits": joined(each(zendesk_audits))}),
        {},
        spoken(),
        "looks like Zendesk.*" + NOTES,
    ),
    Kind(
        "Freshdesk, an account",
        as_json("x.json", each(freshdesk_account)),
        {},
        spoken(),
        "looks like Freshdesk.*" + NOTES,
    ),
    Kind("Telegram", as_json("x.json", {"chats": {"list": each(telegram)}}), DESK, spoken(), "looks like Telegram"),
    Kind("Messenger", as_json("x.jsonl", each(messenger)), DESK, GREETED, "looks like Messenger"),
]
