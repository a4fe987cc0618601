"""Conversations in text files: a speaker begins each message, as WhatsApp and chat widgets export them."""

import re

from .roles import role_of

# "12/31/25, 9:15 PM - Kim Blank: …" of Android, "[31.12.25, 21:15:03] Kim Blank: …" of an iPhone
STAMP = re.compile(
    r"[\u200e\u200f\u202a-\u202e]*\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+(?:um\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s*[ap]\.?\s?m\.?)?(?:\s*Uhr)?(?:\]|\s+[-–])\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))  # of the writing's direction


def messages(text: str, roles: dict[str, str]) -> list[dict]:
    """The messages; lines without a speaker belong to the message before them. `roles` has names in lower case.

    Where lines carry date and time as WhatsApp writes them, these alone begin a message, and lines of the program
    (without a speaker) are left out. Elsewhere a known speaker does, which may be a name of several words.
    """
    lines = text.splitlines()
    stamped = any(STAMP.match(line) for line in lines)
    known = re.compile(
        r"[\s\d\[\]().,:/-]*(" + "|".join(map(re.escape, sorted(roles, key=len, reverse=True))) + r")\s*:\s*(.*)",
        re.DOTALL | re.IGNORECASE,
    )
    found: list[dict] = []
    for line in lines:
        stamp = STAMP.match(line)
        if stamp:
            name, colon, said = stamp[1].translate(MARKS).partition(":")
            if colon:
                name = name.strip().lstrip("~").strip()
                found.append({"role": role_of(name, roles), "content": said})
            continue
        speaker = None if stamped else known.match(line)
        if speaker:
            found.append({"role": roles[speaker[1].lower()], "content": speaker[2]})
        elif found:
            found[-1]["content"] += "\n" + line
        elif line.strip() and not stamped:
            found.append({"role": "user", "content": line})
    return [{**m, "content": m["content"].strip()} for m in found]
