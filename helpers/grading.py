"""Grades for an answer of the service desk, by rules that were written down before the answers were there.

Each rule is a modest judge: it sees what its expression sees, the same for every contestant.
"""

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from .data.balance import address

MOST_SENTENCES = 2
_SENTENCE_ENDS = re.compile(r"[.!?]+(?=\s|$)")
_SPOKEN = re.compile(
    r"\b(?:[ap]\.m|e\.g|i\.e|z\. ?B|d\. ?h|bzw|ca|Nr|No|approx)\.(?=\s+[a-z0-9])"
)  # a full stop within a sentence
_SHOUTING = re.compile("[!\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff]")
_CODE = re.compile(r"\b[A-Z]{1,3}-?\d{1,4}\b")  # F-10, E4, T-1000
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_NUMBER_WORDS = {  # but for one, which often is no number
    word: str(n)
    for words in (
        "two three four five six seven eight nine ten eleven twelve",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for n, word in enumerate(words.split(), 2)
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")


def grade(answers: Iterable[str], examples: Iterable[dict], handbook: pd.DataFrame) -> pd.DataFrame:
    """A row for each answer to a test example, with its grades.

    `right`: it states the fact, or keeps the rule for other questions; `tone`: see `keeps_tone`; `invented`: numbers
    and parts that do not exist, as text; `chrf`: how alike it is to the desk's answer in letters, 0 to 100, a weak
    measure.
    """
    facts = {fact["answer"]: fact for fact in handbook.reset_index().to_dict("records")}
    known, rows = tuple(handbook.answer), []
    for answer, example in zip(answers, examples, strict=True):
        question, desk = example["messages"][1]["content"], example["messages"][2]["content"]
        fact = facts[desk]
        rows.append(
            {
                "topic": fact["id"],
                "question": question,
                "answer": answer,
                "right": states_fact(answer, fact["must_match"]),
                "tone": keeps_tone(answer, known),
                "invented": ", ".join(sorted(invented(answer, question, known))),
                "chrf": _chrf().sentence_score(answer, [desk]).score,
            }
        )
    return pd.DataFrame(rows)


@cache
def _chrf():
    # Slow to import, and few need it; sacrebleu's README imports it so, though its types do not say it is public.
    from sacrebleu.metrics import CHRF  # pyright: ignore[reportPrivateImportUsage]

    return CHRF()


def states_fact(answer: str, expression: str) -> bool:
    """Does the answer state the fact that this regular expression of the handbook recognizes?"""
    return re.search(expression, answer, re.IGNORECASE) is not None


def keeps_tone(answer: str, handbook: Iterable[str]) -> bool:
    """At most two sentences, no exclamation mark or emoji, Sie and not du, no part number unknown to the handbook."""
    return (
        bool(answer.strip())
        and sentences(answer) <= MOST_SENTENCES
        and not _SHOUTING.search(answer)
        and "du" not in address(answer)
        and not _codes(answer) - _in_handbook(tuple(handbook))
    )


def sentences(text: str) -> int:
    """How many sentences, one without an end at the end included."""
    said = _SPOKEN.sub("", text.strip())
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(said)]
    return len(ends) + bool(said[ends[-1] if ends else 0 :].strip())


def invented(answer: str, question: str, handbook: Iterable[str]) -> set[str]:
    """Numbers and part names in the answer that stand neither in the handbook nor in the question."""
    return _named(answer) - _named(question) - _in_handbook(tuple(handbook))


@cache  # it is the same one for all answers
def _in_handbook(entries: tuple[str, ...]) -> set[str]:
    return _named(" ".join(entries))


def _named(text: str) -> set[str]:
    return _codes(text) | _numbers(text)


def _codes(text: str) -> set[str]:
    return {found.replace("-", "") for found in _CODE.findall(text)}


def _numbers(text: str) -> set[str]:
    """Numbers in figures, and those that are written as a word."""
    spelled = {_NUMBER_WORDS[word] for word in _NUMBER_WORD.findall(text.casefold())}
    return {found.replace(",", ".").strip(".") for found in _NUMBER.findall(_CODE.sub(" ", text))} | spelled
