"""Conversations in text files: a speaker begins each message, as WhatsApp and chat widgets export them."""

import re
from collections import Counter
from pathlib import Path

from .chat_speakers import begins, labels, speakers
from .roles import ROLES, role_of, say_unheard

# "12/31/25, 9:15 PM - Kim Blank: …" of Android, "[31.12.25, 21:15:03] Kim Blank: …" of an iPhone
STAMP = re.compile(
    r"[\u200e\u200f\u202a-\u202e]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+(?:um\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s*[ap]\.?\s?m\.?)?(?:\s*Uhr)?(?:\]|\s+[-–])\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
NOTICE = re.compile(r"[.!?] |\b(?:changed|created|added|removed|hat (?:die|den|das|dich))\b")  # of the program
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))  # of the writing's direction


def of_chats(path: Path, texts: list[str], own: dict[str, str]) -> list[list[dict]]:
    """The messages of each text. `own` are the reader's names of roles, in lower case, beside the usual ones."""
    roles = ROLES | own
    stamped = [any(STAMP.match(line) for line in text.splitlines()) for text in texts]
    heard = [
        _stamped_names(t) if is_stamped else labels(t, roles) for t, is_stamped in zip(texts, stamped, strict=True)
    ]
    usual = Counter(label for found in heard for label in set(found))
    say_unheard(path, own, usual)
    return [
        _stamped_messages(text, roles) if is_stamped else _spoken_messages(text, speakers(found, roles, own, usual))
        for text, is_stamped, found in zip(texts, stamped, heard, strict=True)
    ]


def _name_and_text(line: str) -> tuple[str, str] | None:
    """Of a line with date and time; the name is "" if the program wrote it."""
    stamp = STAMP.match(line)
    if not stamp:
        return None
    name, colon, said = stamp[1].translate(MARKS).partition(":")
    return name.strip().lstrip("~").strip() if colon and not NOTICE.search(name) else "", said


def _stamped_names(text: str) -> list[str]:
    return [found[0] for line in text.splitlines() if (found := _name_and_text(line))]


def _stamped_messages(text: str, roles: dict[str, str]) -> list[dict]:
    """The messages of a chat with date and time as WhatsApp writes them.

    Lines without these belong to the message before them, and lines of the program are left out.
    """
    messages: list[dict] = []
    for line in text.splitlines():
        if found := _name_and_text(line):
            if found[0]:
                messages.append({"role": role_of(found[0], roles), "content": found[1]})
        elif messages:
            messages[-1]["content"] += "\n" + line
    return _stripped(messages)


def _spoken_messages(text: str, who: dict[str, str]) -> list[dict]:
    """The messages of a chat in which a speaker's name begins each; what stands before the first is the customer's."""
    speaks = begins(who)
    found: list[dict] = []
    for line in text.splitlines():
        if who and (speaker := speaks.match(line)):
            found.append({"role": who[speaker[1].lower()], "content": speaker[2]})
        elif found:
            found[-1]["content"] += "\n" + line
        elif line.strip():
            found.append({"role": "user", "content": line})
    return _stripped(found)


def _stripped(messages: list[dict]) -> list[dict]:
    return [{**m, "content": m["content"].strip()} for m in messages]
