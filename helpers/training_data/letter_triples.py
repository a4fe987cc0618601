"""How alike two texts are by the letter triples that they share."""

import re


def plain(text: str) -> str:
    """The text in lower case; anything but letters and digits counts as one space."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def char_trigrams(text: str) -> frozenset[str]:
    """All runs of three letters in lower case; anything but letters and digits counts as one space."""
    padded = f" {plain(text)} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets, 0 to 1: what they have in common, by what either has. 1 if both are empty."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0
