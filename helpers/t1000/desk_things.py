"""Finds the sentences of an answer that are about a thing.

An answer about two things states a fact about each: "You may vacuum the rice. Never vacuum the razor blades." A fact
counts only where it is in a sentence about its own thing.
"""

import re

_JOINED = re.compile(r" (?:from|of|that|on|with|in|aus|von|vom|im) (?:an? |the |dem |der )?(?:just |still )?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ\"„])")
MONTHS = (
    "January February March April May June July August September October November December "
    "Januar Jänner Februar März Mai Juni Juli Oktober Dezember"
).split()
ORDINAL = re.compile(rf"(?<=\d)\.(?= (?:{'|'.join(MONTHS)})\b)")  # no sentence ends there


def windows(answer: str, truth: dict) -> dict[str, str | None]:
    """For each fact with a thing, the sentences about that thing, or None if no sentence names it.

    They go from the sentence that names the thing to the one that names the next; the first thing has all before, too.
    """
    parts = _SENTENCE.split(ORDINAL.sub("", answer.strip()))
    starts = {fact: _place(parts, thing) for fact, thing in truth["things"].items()}
    found: dict[str, str | None] = {}
    for fact, start in starts.items():
        if start is None:
            found[fact] = None
            continue
        later = [n for n in starts.values() if n is not None and n > start]
        first = 0 if start == min(n for n in starts.values() if n is not None) else start
        found[fact] = " ".join(parts[first : min(later, default=len(parts))])
    return found


def _place(parts: list[str], thing: str) -> int | None:
    """The number of the sentence with the whole thing, else of the first with its head word, else None."""
    whole = (n for n, part in enumerate(parts) if _has(part, thing.split()))
    return next(whole, next((n for n, part in enumerate(parts) if _names(part, thing)), None))


def _names(text: str, thing: str) -> bool:
    """Whether the text has the thing or its head word ("glass" of "broken glass"); of a proper name, all words."""
    heads = [part for part in _JOINED.split(thing) if part]
    if all(word[0].isupper() for word in thing.split()):
        return _has(text, thing.split())
    return _has(text, thing.split()) or any(_has(text, head.split()[-1:]) for head in heads[:2])


def _has(text: str, words: list[str]) -> bool:
    """Whether the text has all the words, with any ending."""
    return all(re.search(rf"(?<!\w){re.escape(_stem(word))}", text, re.IGNORECASE) for word in words)


def _stem(word: str) -> str:
    return word if len(word) < 5 else word[: max(4, len(word) - 2)]


def without_things(text: str, truth: dict) -> str:
    """The text with "it" for each thing of the truth."""
    for thing in truth["things"].values():
        text = re.sub(re.escape(thing), "it", text, flags=re.IGNORECASE)
    return text
