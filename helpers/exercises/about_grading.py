"""Lesson 5: the meaning of an interval, and a rule for a fact."""

import re
from typing import Any

from ..t1000 import desk_grading
from .exercise import Exercise, NotYet, shown

MEANINGS = {
    "a": "the interval is about the true rate, not about single answers: each answer is right or wrong.",
    "c": "the test tickets are counted, and all of them are known. The interval is about tickets nobody has seen.",
    "d": "the true rate does not move. What moves, from test to test, is the interval.",
}
DRY_RIGHT = (
    "Please let the filter dry for 24 hours.",
    "The filter has to dry for 24 h before you put it back.",
    "Rinse it with cold water. It needs twenty-four hours to dry.",
    "It takes 24 hours until the filter is dry.",
    "Drying takes a whole day, 24 hours.",
    "LET IT DRY FOR 24 HOURS.",
    "Give it 24 h to dry.",
    "It has to dry for twenty-four hours.",
)
DRY_WRONG = (
    "Please let the filter dry for 2 hours.",
    "Let it dry for 4 hours.",
    "Let it dry for 124 hours.",
    "It takes 124 hours to dry.",
    "Let it dry for 24 minutes.",
    "Let it dry for twenty-four minutes.",
    "Let the filter dry for two hours. We answer within 24 hours.",
    "Our hotline is there 24 hours a day. Let the filter dry for two hours.",
    "Please send the filter back within 24 hours.",
    "The filter must be dry.",
)


def _judge_meaning(mine: Any) -> None:
    letter = mine.strip(" .()").lower() if isinstance(mine, str) else ""
    if letter not in {*MEANINGS, "b"}:
        raise NotYet(f'one of the letters a to d is wanted, as "a", and this is {shown(mine)}.')
    if letter in MEANINGS:
        raise NotYet(MEANINGS[letter])


def _judge_rule(mine: Any) -> None:
    pattern = mine.pattern if isinstance(mine, re.Pattern) else mine
    if not isinstance(pattern, str):
        raise NotYet(f"a regular expression is a text, and this is {shown(mine)}.")
    try:
        rule = re.compile(pattern, desk_grading.FLAGS)
    except re.error as error:
        raise NotYet(f"{pattern!r} is not a regular expression: {error}.") from None
    for text in DRY_RIGHT:
        if not rule.search(text):
            raise NotYet(f"it refuses {text!r}, which states the fact.")
    for text in DRY_WRONG:
        if found := rule.search(text):
            raise NotYet(f"it accepts {text!r} by {found.group()!r}, and that does not state the fact.")


EXERCISES = [
    Exercise(
        "interval",
        5,
        "easy",
        'Put the letter of the right sentence into `mine`, as "a".',
        _judge_meaning,
        "Another 300 tickets would give another interval; of many such intervals 95 in 100 hold the true rate.",
        ("What do we know exactly, and what not?", "The test is a sample of all tickets that may come."),
    ),
    Exercise(
        "fact_rule",
        5,
        "middle",
        "Put a regular expression into `mine`.",
        _judge_rule,
        f"It accepts {len(DRY_RIGHT)} right wordings and refuses {len(DRY_WRONG)} wrong ones. "
        "Whoever grades by rule reads what it refuses.",
        (
            "Begin with the time alone. (A|B) is one or the other, ? makes what stands before it optional, "
            "and \\b is the edge of a word: 124 is not 24.",
            "24 hours must be about drying: look for dry or drying in the same sentence, before or after.",
            "[^.]* is anything within a sentence. Write the rule for one order, then for the other: A[^.]*B|B[^.]*A.",
        ),
    ),
]
