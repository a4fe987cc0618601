"""A quick look whether a text can hold what a slow pattern looks for."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD, _ASCII_WORD = re.compile(r"[^\W\d_]+"), re.compile("[a-z]+")  # the same in ASCII, and quicker


def mentions(text: str, parts: Iterable[str]) -> bool:
    """Whether one of the parts of words, written in lower case, is in the text in any case."""
    small = _small(text)
    return any(map(small.__contains__, parts))  # a generator takes twice as long


def has_word(text: str, words: frozenset[str]) -> bool:
    """Whether one of the words, written in lower case, is in the text in any case."""
    return not words.isdisjoint(_words(text))


@lru_cache(maxsize=1)
def _small(text: str) -> str:
    return text.lower()


@lru_cache(maxsize=1)
def _words(text: str) -> frozenset[str]:
    small = _small(text)
    return frozenset((_ASCII_WORD if small.isascii() else _WORD).findall(small))
