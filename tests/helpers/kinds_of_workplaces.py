"""Exports of Slack and ChatGPT, where colleagues ask each other or a model."""

import json

from .export_talks import TALKS, spoken
from .export_writers import Kind, archive, as_json, each, folder_of

NAMES = {"roles": {"Red Desk": "assistant", "*": "user"}}
PEOPLE = {"U1": "Kim Blank", "U2": "Red Desk"}


def slack(second: float, user: str, text: str, **more) -> dict:
    sent = {"type": "message", "user": user, "text": text, "ts": f"{1_767_000_000 + second:.6f}"}
    return sent | {"user_profile": {"real_name": PEOPLE[user], "display_name": ""}} | more


def slack_days() -> dict[str, str]:
    """Questions in one day's file and answers in the next one's, in two channels, with what else is said there."""
    asked = [slack(n, "U1", question) for n, (question, _) in enumerate(TALKS)]
    said = [
        slack(1_000 - n, "U2", f"<@U1> &amp; all: {answer} <https://red.example/x|See there>", thread_ts=root["ts"])
        for n, (root, (_, answer)) in enumerate(zip(asked, TALKS, strict=True))
    ]
    joined = slack(0.5, "U1", "<@U1> has joined the channel", subtype="channel_join")
    half = len(asked) // 2
    files = {
        "help/2026-01-01.json": [joined, *asked[:half]],
        "help/2026-01-02.json": said[:half],
        "lamps/2026-01-01.json": asked[half:],
        "lamps/2026-01-02.json": said[half:],
        "users.json": [{"id": user, "real_name": name} for user, name in PEOPLE.items()],
        "channels.json": [{"id": "C1", "name": "help"}, {"id": "C2", "name": "lamps"}],
    }
    return {name: json.dumps(value) for name, value in files.items()}


SLACK = [[user, ("assistant", f"@Kim Blank & all: {said} See there")] for user, (_, said) in spoken()]


def chatgpt(n: int, asked: str, said: str) -> dict:
    """A question that was asked twice, with a thought and a call of a tool before the answer."""

    def node(
        name: str, parent: str | None, role: str = "", text: str = "", kind: str = "text", to: str = "all"
    ) -> dict:
        content = {"content_type": kind, "parts": [text]}
        message = {"id": name, "author": {"role": role, "name": None}, "content": content, "recipient": to}
        return {"id": name, "message": message if role else None, "parent": parent, "children": []}

    nodes = [
        node("root", None),
        node("a", "root", "system"),
        node("b", "a", "user", "Hmm"),
        node("c", "a", "user", asked),
        node("d", "c", "assistant", "They ask for something.", "thoughts"),
        node("e", "d", "assistant", "search()", "code", "web"),
        node("f", "e", "tool", "found"),
        node("g", "f", "assistant", said),
    ]
    return {
        "title": "Lamp",
        "mapping": {one["id"]: one for one in nodes},
        "current_node": "g",
        "conversation_id": str(n),
    }


KINDS = [
    Kind("Slack, a folder", folder_of(slack_days()), NAMES, SLACK, "looks like Slack"),
    Kind("Slack, packed", archive(slack_days()), NAMES, SLACK, "x.zip: this looks like Slack"),
    Kind("ChatGPT", as_json("conversations.json", each(chatgpt)), {}, spoken(), "looks like ChatGPT"),
]
