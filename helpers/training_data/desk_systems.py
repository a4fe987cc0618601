"""How more ticket systems and their interfaces write what was said, each as paths into their records.

Sources: https://developers.gorgias.com/reference/ticket-messages, https://developer.helpscout.com/mailbox-api,
https://developer.atlassian.com/cloud/jira/platform/rest/v2 (issues, with the comments of its service desk),
https://developer.kustomer.com/docs/concepts/conversations-and-messages, https://dev.frontapp.com/reference/messages-1,
https://docs.zammad.org/en/latest/api/ticket/articles.html, https://doc.otrs.com (GenericInterface, TicketGet),
https://developer.salesforce.com/docs (EmailMessage), https://docs.crisp.chat (messages of a conversation)
"""

from typing import NamedTuple

Values = tuple[tuple[str, str], ...]  # paths into an entry, and what stands there, in small letters


class System(NamedTuple):
    """Where a system's records have what; a path names keys, one inside the other, with dots between."""

    name: str
    takes: str  # for the reader
    marks: tuple[str, ...]  # paths that each entry has
    texts: tuple[str, ...]  # paths in an entry; plain ones first
    customers: Values  # each is enough
    times: tuple[str, ...]  # paths in an entry
    notes: Values = ()  # only the desk sees these
    left_out: Values = ()  # drafts, and what the program says itself
    entries: str = ""  # path in a ticket
    thread: str = ""  # path in an entry to the name of its ticket, where a file has entries one by one
    opening: str = ""  # path in a ticket to the first message
    requester: str = ""  # path in a ticket to whoever is the customer
    author: str = ""  # path in an entry to be compared with it


SYSTEMS = (
    System(
        "Gorgias",
        'its messages, those that are not "from_agent" as the customer\'s',
        marks=("from_agent",),
        texts=("stripped_text", "body_text", "stripped_html", "body_html"),
        customers=(("from_agent", "false"),),
        times=("sent_datetime", "created_datetime"),
        notes=(("public", "false"), ("channel", "internal-note")),
        entries="messages",
        thread="ticket_id",
    ),
    System(
        "Help Scout",
        'the "threads", those of the type "customer" as the customer\'s',
        marks=("type", "createdBy"),
        texts=("body",),
        customers=(("type", "customer"), ("createdBy.type", "customer")),
        times=("createdAt",),
        notes=(("type", "note"),),
        left_out=(("state", "draft"), ("state", "hidden"), ("type", "lineitem")),
        entries="_embedded.threads",
    ),
    System(
        "Jira",
        '"description" and "comment", those of the reporter and of customers as the customer\'s',
        marks=("author", "body"),
        texts=("body",),
        customers=(("author.accountType", "customer"),),
        times=("created",),
        notes=(("jsdPublic", "false"),),
        entries="fields.comment.comments",
        opening="fields.description",
        requester="fields.reporter",
        author="author",
    ),
    System(
        "Kustomer",
        'its messages, those of the direction "in" as the customer\'s',
        marks=("attributes", "relationships.conversation.data.id"),
        texts=("attributes.body", "attributes.preview"),
        customers=(("attributes.direction", "in"),),
        times=("attributes.sentAt", "attributes.createdAt"),
        notes=(("type", "note"),),
        thread="relationships.conversation.data.id",
    ),
    System(
        "Front",
        'its messages, "is_inbound" ones as the customer\'s',
        marks=("is_inbound", "_links.related.conversation"),
        texts=("text", "body"),
        customers=(("is_inbound", "true"),),
        times=("created_at",),
        left_out=(("is_draft", "true"),),
        thread="_links.related.conversation",
    ),
    System(
        "Zammad",
        'its articles, those whose "sender" is "Customer" as the customer\'s',
        marks=("sender", "internal", "body"),
        texts=("body",),
        customers=(("sender", "customer"),),
        times=("created_at",),
        notes=(("internal", "true"),),
        left_out=(("sender", "system"),),
        entries="articles",
        thread="ticket_id",
    ),
    System(
        "OTRS or Znuny",
        'its articles, those whose "SenderType" is "customer" as the customer\'s',
        marks=("SenderType", "Body"),
        texts=("Body",),
        customers=(("SenderType", "customer"),),
        times=("CreateTime",),
        notes=(("IsVisibleForCustomer", "0"), ("ArticleType", "note-internal")),
        left_out=(("SenderType", "system"),),
        entries="Article",
        thread="TicketID",
    ),
    System(
        "Salesforce's mails",
        '"TextBody", and "Incoming" ones as the customer\'s',
        marks=("ParentId", "Incoming", "TextBody"),
        texts=("TextBody", "HtmlBody"),
        customers=(("Incoming", "true"), ("Incoming", "1")),
        times=("MessageDate",),
        left_out=(("Status", "5"), ("Status", "draft")),
        thread="ParentId",
    ),
    System(
        "Crisp",
        '"content", that of "user" as the customer\'s',
        marks=("session_id", "from", "content"),
        texts=("content",),
        customers=(("from", "user"),),
        times=("timestamp",),
        notes=(("type", "note"),),
        thread="session_id",
    ),
)
