"""Signatures without a sign or a closing: lines with a way to reach the writer, below most of one writer's mails."""

import re
from collections import Counter
from collections.abc import Sequence

MAX_LINES = 8
AT_LEAST = 3  # mails of one writer, and half of them
_CONTACT = re.compile(
    r"\b(?:tel|telefon|phone|fax|mobil|mobile|ust-?id|vat|hrb|gmbh|ltd|inc)\b|www\.|https?:|@|\+\d{2}", re.I
)


def without_repeated_endings(texts: Sequence[str]) -> list[str]:
    """The texts of one writer without the last lines that at least half of them share, where these name a contact."""
    endings = [_endings(text) for text in texts]
    counts = Counter(ending for found in endings for ending in found)
    enough = max(AT_LEAST, len(texts) / 2)
    return [
        text[: -len(ending)].rstrip() if (ending := next((e for e in found if counts[e] >= enough), "")) else text
        for text, found in zip(texts, endings, strict=True)
    ]


def _endings(text: str) -> list[str]:
    """The last lines of a text, the most first, as far as they name a contact and leave something."""
    lines = text.split("\n")
    starts = range(max(1, len(lines) - MAX_LINES), len(lines))
    found = ["\n".join(lines[start:]) for start in starts if any(line.strip() for line in lines[:start])]
    return [ending for ending in found if ending.strip() and _CONTACT.search(ending)]
