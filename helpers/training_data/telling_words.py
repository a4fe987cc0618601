"""The telling words of a text, and which of them are the same word but for an ending or a typing error."""

import re
from functools import lru_cache
from typing import NamedTuple

from .function_words import FUNCTION_WORDS, NEGATIONS, OPPOSITES, SAME_WORDS
from .mistyped_words import is_mistyped

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
ASCII_WORD = re.compile("[a-z0-9]+")  # the same in small letters of ASCII, and quicker
LETTER = re.compile(r"(?<![\w'’.-])[B-HJ-Z](?![\w'’-]|\.[ ]?[A-Z])")  # a size, a model; not "I", an initial or "T-1000"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
ENDINGS = ("ingly", "ing", "ed", "es", "en", "em", "s", "e", "n", "d")
MIN_STEM = 4  # letters that an ending leaves: "Wien" is not "wie"
_NOT = re.compile(r"n[’']t\b")
_NOT_TELLING = FUNCTION_WORDS | NEGATIONS
_DIRECTIONS = frozenset(word for pair in OPPOSITES for word in pair)


class Words(NamedTuple):
    """What a text is compared by."""

    telling: tuple[str, ...]  # stems and numbers, sorted; function words only if there is nothing else
    negations: int
    directions: frozenset[str]  # words like "on", of which "off" is the opposite


def words(text: str) -> Words:
    """The words of a text. The negation "n't" counts as "not"."""
    small = _NOT.sub(" not", text.lower())
    small = small if small.isascii() else small.translate(UMLAUTS)
    found = (ASCII_WORD if small.isascii() else WORD).findall(small)
    telling = {SAME_WORDS.get(word) or stem(word) for word in found if word not in _NOT_TELLING}
    telling.update(map(str.lower, LETTER.findall(text) if not text.isupper() else ()))
    negations = len([word for word in found if word in NEGATIONS or word.startswith("kein")])
    return Words(tuple(sorted(telling or set(found))), negations, _interned(frozenset(_DIRECTIONS.intersection(found))))


@lru_cache(None)  # there are few
def _interned(directions: frozenset[str]) -> frozenset[str]:
    return directions


@lru_cache(100_000)
def stem(word: str) -> str:
    """The word without its English or German endings, so that "charge" and "charging" are one."""
    while word.isalpha():
        ending = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= MIN_STEM), None)
        if ending is None:
            return word
        word = word[: -len(ending)]
    return word


def unmatched(one: Words, other: Words) -> tuple[set[str], set[str]]:
    """The telling words of each that are not in the other, mistyped ones aside."""
    if one.telling == other.telling:
        return set(), set()
    mine, yours = set(one.telling), set(other.telling)
    mine, yours = mine - yours, yours - mine
    for word in tuple(mine):
        if like := next((w for w in yours if is_mistyped(word, w)), None):
            mine.discard(word)
            yours.discard(like)
    return mine, yours


def are_opposite(one: Words, other: Words) -> bool:
    """Whether one says "not" and the other does not, or one "on" where the other says "off"."""
    if one.negations != other.negations:
        return True
    mine, yours = one.directions - other.directions, other.directions - one.directions
    return any((a in mine and b in yours) or (b in mine and a in yours) for a, b in OPPOSITES)
