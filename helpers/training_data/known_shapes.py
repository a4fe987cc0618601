"""The shapes of records that are known, and what is taken of each."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from . import (
    answer_trees,
    chatgpt_talks,
    desk_entries,
    hubspot,
    messengers,
    public_shapes,
    slack,
    ticket_threads,
    tweets,
    whole_accounts,
)
from .desk_systems import SYSTEMS, System

Numbered = tuple[int, dict]


def _none(record: dict) -> int:
    return 0


class Shape(NamedTuple):
    """A shape of export: its name, what is taken of it, how it is recognized, its messages and how many notes it has.

    `topic` is the key of the subject. Where a file has the messages one by one, `joined` puts them together.
    """

    name: str
    takes: str
    fits: Callable[[object], object]
    messages: Callable[[dict], list[dict]]
    notes: Callable[[dict], int] = _none
    topic: str = ""
    joined: Callable[[Iterable[Numbered]], list[Numbered]] | None = None


def _pairs(name: str, takes: str) -> Shape:
    return Shape(name, takes, lambda r: (public_shapes.pair_keys(r) or ("",))[0] == name, public_shapes.from_pair)


def _tickets(system: str, takes: str) -> Shape:
    def fits(record) -> bool:
        return ticket_threads.system_of(record) == system

    return Shape(system, takes, fits, ticket_threads.from_ticket, ticket_threads.notes)


def _of_desk(system: System, fits: Callable, joined: Callable | None = None) -> Shape:
    messages, notes = partial(desk_entries.from_ticket, system), partial(desk_entries.notes, system)
    return Shape(system.name, system.takes, partial(fits, system), messages, notes, joined=joined)


FRESHDESK_TAKES = '"description" and "conversations", "incoming" ones as the customer\'s'
ZENDESK_TAKES = '"comments", those of the requester as the customer\'s'
HUBSPOT_TAKES = 'the entries of the type "MESSAGE", "INCOMING" ones as the customer\'s'
SHAPES = (
    Shape(
        "ShareGPT", '"value" as the text, "from" as who speaks', public_shapes.is_sharegpt, public_shapes.from_sharegpt
    ),
    _tickets("Intercom", '"source" and "conversation_parts", admins and bots as the desk'),
    _tickets("Freshdesk", FRESHDESK_TAKES),
    Shape(
        "Freshdesk",
        FRESHDESK_TAKES,
        whole_accounts.is_wrapped,
        whole_accounts.from_wrapped,
        whole_accounts.wrapped_notes,
    ),
    _tickets("Zendesk", ZENDESK_TAKES),
    *(_of_desk(system, desk_entries.is_ticket) for system in SYSTEMS),
    Shape(
        "HubSpot's tickets", "description and resolution as question and answer", hubspot.is_ticket, hubspot.from_ticket
    ),
    Shape("HubSpot's threads", HUBSPOT_TAKES, hubspot.is_thread, hubspot.from_thread, hubspot.notes),
    Shape("Telegram", '"from" as who speaks', messengers.is_telegram, messengers.from_telegram),
    Shape("Messenger", '"sender_name" as who speaks', messengers.is_messenger, messengers.from_messenger),
    Shape("ChatGPT", "of each conversation what is shown last", chatgpt_talks.is_talk, chatgpt_talks.from_talk),
    Shape("Gemini", 'the texts of "contents", "model" as the desk', public_shapes.is_gemini, public_shapes.from_gemini),
    Shape(
        "OASST trees",
        "of each tree the best ranked answers, up to the last one",
        answer_trees.is_tree,
        answer_trees.from_tree,
    ),
    Shape(
        "MultiWOZ or SGD",
        'the "utterance" of each of the "turns", "SYSTEM" as the desk',
        public_shapes.is_dialogue,
        public_shapes.from_dialogue,
    ),
    Shape("a list of messages", "each as one conversation", public_shapes.is_chat, public_shapes.from_chat),
    Shape(
        "Bitext",
        '"instruction" as the question, "response" as the answer, "category" as the topic',
        public_shapes.is_bitext,
        public_shapes.from_pair,
        topic="category",
    ),
    _pairs("Alpaca", '"instruction" and "input" as the question, "output" as the answer'),
    _pairs("Dolly", '"instruction" and "context" as the question, "response" as the answer'),
    _pairs("prompt and completion", '"prompt" as the question, "completion" as the answer'),
    _pairs("question and answer", '"question" as the question, "answer" as the answer'),
    _pairs("input and output", '"input" as the question, "output" as the answer'),
    _pairs("query and response", '"query" as the question, "response" as the answer'),
)
ONE_BY_ONE = (
    Shape(
        "OASST messages",
        "of each tree the best ranked answers, up to the last one",
        answer_trees.is_message,
        answer_trees.from_tree,
        joined=answer_trees.trees,
    ),
    Shape(
        "HubSpot's messages",
        HUBSPOT_TAKES,
        hubspot.is_message,
        hubspot.from_thread,
        hubspot.notes,
        joined=hubspot.threads,
    ),
    Shape(
        "Slack",
        "each thread as a conversation, the names as who speaks",
        slack.is_message,
        slack.from_thread,
        joined=slack.threads,
    ),
    Shape(
        "support on Twitter",
        'each tweet with its first answer, "inbound" ones as the customer\'s',
        tweets.is_tweet,
        tweets.from_thread,
        joined=tweets.threads,
    ),
    Shape(
        "Zendesk",
        ZENDESK_TAKES,
        whole_accounts.is_change,
        ticket_threads.from_ticket,
        ticket_threads.notes,
        joined=whole_accounts.changed_tickets,
    ),
    *(_of_desk(system, desk_entries.is_entry, partial(desk_entries.threads, system)) for system in SYSTEMS),
)


def shape_of(record) -> Shape | None:
    """The first shape that a record fits."""
    return next((shape for shape in (*ONE_BY_ONE, *SHAPES) if shape.fits(record)), None)
