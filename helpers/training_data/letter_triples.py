"""How alike two texts are by the letter triples that they share."""

import re

_WORD, _ASCII_WORD = re.compile(r"[^\W_]+"), re.compile("[a-z0-9]+")  # the same in ASCII, and quicker


def plain(text: str) -> str:
    """The text in lower case; anything but letters and digits counts as one space."""
    small = text.lower()
    return " ".join((_ASCII_WORD if small.isascii() else _WORD).findall(small))


def char_trigrams(text: str) -> frozenset[str]:
    """All runs of three letters in lower case; anything but letters and digits counts as one space."""
    padded = f" {plain(text)} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets, 0 to 1: what they have in common, by what either has. 1 if both are empty."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0
