"""Conversations in text files: a speaker begins each message, as WhatsApp and chat widgets export them."""

import re
from collections import Counter
from pathlib import Path

from .chat_notices import without_notice
from .chat_speakers import begins, labels, speakers
from .people import of_speakers
from .roles import ROLES, role_of, say_unheard

# "12/31/25, 9:15 PM - Kim Blank: …" of Android, "[31.12.25, 21:15:03] Kim Blank: …" of an iPhone
STAMP = re.compile(
    r"[\u200e\u200f\u202a-\u202e]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+(?:[^\W\d_]{1,4}\s+)?[^\W\d_a-z]{0,2}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s*(?:[ap]\.?\s?m|vorm|nachm)\.?)?(?:\s*Uhr)?(?:\]|\s+[-–])\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
NOTICE = re.compile(r"[.!?] |\b(?:changed|created|added|removed|hat (?:die|den|das|dich))\b")  # of the program
Said = tuple[str, str, list[str]]  # a message's speaker, the role, and its lines
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))  # of the writing's direction


def of_chats(path: Path, texts: list[str], own: dict[str, str]) -> list[tuple[list[dict], dict]]:
    """The messages of each text, and who speaks, as `people.of_speakers` says it.

    `own` are the reader's names of roles, in lower case, beside the usual ones.
    """
    roles = ROLES | own
    stamped = [any(STAMP.match(line) for line in text.splitlines()) for text in texts]
    heard = [
        _stamped_names(t) if is_stamped else labels(t, roles) for t, is_stamped in zip(texts, stamped, strict=True)
    ]
    usual = Counter(label for found in heard for label in set(found))
    say_unheard(path, own, usual)
    return [
        _chat(_stamped(text, roles) if is_stamped else _spoken(text, speakers(found, roles, own, usual)))
        for text, is_stamped, found in zip(texts, stamped, heard, strict=True)
    ]


def _name_and_text(line: str) -> tuple[str, str] | None:
    """Of a line with date and time; the name is "" if the program wrote it."""
    stamp = STAMP.match(line)
    if not stamp:
        return None
    name, colon, said = stamp[1].partition(":")
    name = name.translate(MARKS)
    return name.strip().lstrip("~").strip() if colon and not NOTICE.search(name) else "", said


def _stamped_names(text: str) -> list[str]:
    return [found[0] for line in text.splitlines() if (found := _name_and_text(line))]


def _chat(said: list[Said]) -> tuple[list[dict], dict]:
    messages = [{"role": role, "content": "\n".join(lines).strip()} for _, role, lines in said]
    return messages, of_speakers((name, role) for name, role, _ in said)


def _stamped(text: str, roles: dict[str, str]) -> list[Said]:
    """What was said in a chat with date and time as WhatsApp writes them.

    Lines without these belong to the message before them. What the program says is left out.
    """
    said: list[Said] = []
    for line in text.splitlines():
        if found := _name_and_text(line):
            if found[0]:
                said.append((found[0], role_of(found[0], roles), [found[1]]))
        elif said:
            said[-1][2].append(line)
    written = [
        (name, role, without_notice("\n".join(lines)).translate(MARKS).split("\n")) for name, role, lines in said
    ]
    return [message for message in written if any(message[2])]


def _spoken(text: str, who: dict[str, str]) -> list[Said]:
    """What was said in a chat in which a speaker's name begins each; what stands before the first is the customer's."""
    speaks = begins(who)
    said: list[Said] = []
    for line in text.splitlines():
        if who and (speaker := speaks.match(line)):
            said.append((speaker[1], who[speaker[1].lower()], [speaker[2]]))
        elif said:
            said[-1][2].append(line)
        elif line.strip():
            said.append(("", "user", [line]))
    return said
