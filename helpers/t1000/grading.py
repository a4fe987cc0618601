"""What graders look for in an answer: sentences, shouting, and numbers and parts that nobody named.

The rules are regular expressions, the same for every contestant. They do not understand what an answer means.
"""

import re
from collections.abc import Iterable
from functools import cache

_SENTENCE_ENDS = re.compile(r"[.!?]+(?=\s|$)")
_ABBREVIATION = re.compile(
    r"\b(?:[ap]\.m|e\.g|i\.e|z\. ?B|d\. ?h|bzw|ca|Nr|No|approx)\.(?=\s+[a-z0-9])"
)  # full stops that end no sentence
SHOUTING = re.compile("[!\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff]")  # exclamation marks and emojis
_CODE = re.compile(r"\b[A-Z]{1,3}-?\d{1,4}\b")  # F-10, E4, T-1000
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_NUMBER_WORDS = {  # except one, which often is not a number
    word: str(n)
    for words in (
        "two three four five six seven eight nine ten eleven twelve",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for n, word in enumerate(words.split(), 2)
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")


def sentences(text: str) -> int:
    """The number of sentences, counting one at the end without a full stop."""
    plain = _ABBREVIATION.sub("", text.strip())
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(plain)]
    return len(ends) + bool(plain[ends[-1] if ends else 0 :].strip())


def invented(answer: str, question: str, handbook: Iterable[str]) -> set[str]:
    """Numbers and part names in the answer that are neither in the handbook nor in the question."""
    return _named(answer) - _named(question) - _in_handbook(tuple(handbook))


@cache  # all answers have the same handbook
def _in_handbook(entries: tuple[str, ...]) -> set[str]:
    return _named(" ".join(entries))


def _named(text: str) -> set[str]:
    return _codes(text) | _numbers(text)


def _codes(text: str) -> set[str]:
    return {found.replace("-", "") for found in _CODE.findall(text)}


def _numbers(text: str) -> set[str]:
    """Numbers in digits and in words, as digits."""
    spelled = {_NUMBER_WORDS[word] for word in _NUMBER_WORD.findall(text.casefold())}
    return {found.replace(",", ".").strip(".") for found in _NUMBER.findall(_CODE.sub(" ", text))} | spelled
