"""Adds typing errors to a question: slips, lower case, missing full stops."""

import random
import re


def typed(text: str, rng: random.Random, keep: tuple[str, ...] = ()) -> str:
    """The text, sometimes with a slip or in lower case. The words in `keep` do not change."""
    if rng.random() < 0.12:
        text = text.lower() if not any(re.search(r"[A-Z]", one) for one in keep) else text
        text = text.rstrip(".!") if rng.random() < 0.5 else text
    if rng.random() < 0.12:
        text = _slip(text, rng, keep)
    return text


def _slip(text: str, rng: random.Random, keep: tuple[str, ...]) -> str:
    kept = " ".join(keep).casefold()
    words = [
        found
        for found in re.finditer(r"[A-Za-zäöüß]{5,}", text)
        if found.group().casefold() not in kept and not found.group()[0].isupper()
    ]
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start() + 1, word.end() - 2)
    first, second = text[place], text[place + 1]
    changed = rng.choice([second + first, first, first + second + second])
    return text[:place] + changed + text[place + 2 :]
