"""Slack's export: a folder for each channel, and in it a file for each day with its messages.

Source: https://slack.com/help/articles/220556107 (how to read an export)
"""

import re
from collections.abc import Iterable
from html import unescape
from pathlib import PurePath

DAY = re.compile(r"(?:\d+_)?\d{4}-\d\d-\d\d\.json")  # a number goes before it where the export was a .zip
SAID = frozenset(("", "bot_message", "file_share", "me_message", "thread_broadcast"))  # other subtypes are events
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<[#!]?([^<>|]*)(?:\|([^<>]*))?>")


def is_export(files: Iterable[PurePath]) -> bool:
    """Whether these are the files of an export: days, and lists of who and what there is beside them."""
    names = [file.name for file in files]
    return any(name.endswith("users.json") for name in names) and any(map(DAY.fullmatch, names))


def is_message(record) -> bool:
    """Whether a record is one of the messages and events of a day."""
    if not isinstance(record, dict) or record.get("type") != "message":
        return False
    said, sent, subtype = (record.get(key, "") for key in ("text", "ts", "subtype"))
    texts = isinstance(said, str) and isinstance(sent, str) and isinstance(subtype, str)
    return "text" in record and texts and bool(re.fullmatch(r"\d+(?:\.\d+)?", sent))


def threads(entries: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """A record for each thread, and for each message without one, with the number of its first message."""
    said = [(n, record) for n, record in entries if record.get("subtype", "") in SAID and record["text"].strip()]
    names = {str(record.get("user")): _name(record) for _, record in said}
    found: dict[str, list[tuple[int, dict]]] = {}
    for n, record in said:
        found.setdefault(str(record.get("thread_ts") or record["ts"]), []).append((n, record))
    return [(min(n for n, _ in thread), _thread(name, thread, names)) for name, thread in found.items()]


def from_thread(record: dict) -> list[dict]:
    """The messages of a record that `threads` made."""
    return [{"role": message["from"], "content": message["text"]} for message in record["messages"]]


def _thread(name: str, thread: list[tuple[int, dict]], names: dict[str, str]) -> dict:
    in_order = sorted((record for _, record in thread), key=lambda record: float(record["ts"]))
    return {"id": name, "messages": [{"from": _name(m), "text": _plain(m["text"], names)} for m in in_order]}


def _name(record: dict) -> str:
    profile = record.get("user_profile")
    known = profile if isinstance(profile, dict) else {}
    named = (known.get("real_name"), known.get("display_name"), record.get("username"), record.get("user"))
    return next((name for name in named if isinstance(name, str) and name.strip()), "bot")


def _plain(text: str, names: dict[str, str]) -> str:
    """The text as it is shown: with names for those who are mentioned, and links without their marks."""
    named = _MENTION.sub(lambda found: f"@{names.get(found[1], 'someone')}", text)
    return unescape(_LINK.sub(lambda found: found[2] or found[1], named)).strip()
