"""Lesson 9: pairs of customers, and the interval of a difference in pairs."""

import math
import re
from typing import Any

import numpy as np

from ..t1000 import paired_customers
from ..training_data.letter_triples import plain
from .about_misses import _asked, _things
from .exercise import Case, Exercise, NotYet, function, shown

ORDER = re.compile(r"\bT1-?\d+", re.IGNORECASE)
FEWEST_WORDS = 3

SAME = [True, False, True, True]
WON = [False, False, True, True]
PAIRS = [
    Case((SAME, SAME), (0, 0), "where both are right or both wrong, nobody wins"),
    Case((SAME, WON), (1, 0), "the first alone is right once"),
    Case((WON, SAME), (0, 1), "the second alone is right once"),
    Case(([True] * 3 + [False] * 2, [False] * 3 + [True] * 2), (3, 2), "each pair has one winner here"),
    Case(([True], [False]), (1, 0), "one pair is enough to count"),
]


def _half_width(first: list[bool], second: list[bool], ddof: int) -> float:
    differences = np.subtract(second, first, dtype=float)
    return 1.96 * float(differences.std(ddof=ddof)) / math.sqrt(len(differences))


def _interval(first: list[bool], second: list[bool], why: str) -> Case:
    mean = float(np.mean(np.subtract(second, first, dtype=float)))
    ends = [(mean - half, mean + half) for half in (_half_width(first, second, ddof) for ddof in (1, 0))]
    said = f"the difference is {mean:.3f}, and its interval from {ends[0][0]:.3f} to {ends[0][1]:.3f}: {why}"
    return Case((first, second), (mean, ends), said)


def _near(given: Any, wanted: tuple[float, list[tuple[float, float]]]) -> bool:
    """Whether it is difference, lower and upper end, with a standard deviation by n - 1 or by n."""
    if isinstance(given, (str, dict, set)):
        return False
    difference, low, high = map(float, given)
    mean, intervals = wanted
    return math.isclose(difference, mean, abs_tol=2e-3) and any(
        math.isclose(low, least, abs_tol=2e-3) and math.isclose(high, most, abs_tol=2e-3) for least, most in intervals
    )


INTERVALS = [
    _interval([True] * 12 + [False] * 8, [True] * 8 + [False] * 12, "four pairs lost, none won"),
    _interval([False] * 5 + [True] * 5, [True] * 5 + [False] * 5, "as many won as lost, so 0 lies in the middle"),
    _interval([True, False] * 20, [True, False] * 20, "no pair differs"),
    _interval([True] * 3 + [False] * 47, [True] * 2 + [False] * 38 + [True] * 10, "more won than lost"),
]


def _judge_pair(mine: Any) -> None:
    if not isinstance(mine, (list, tuple)) or len(mine) != 4 or not all(isinstance(text, str) for text in mine):
        raise NotYet(f"rule, thing, one question and the other are wanted, four texts, and this is {shown(mine)}.")
    rule, thing, *questions = mine
    known = _things("train")
    if rule not in set(known.values()):
        raise NotYet(f"{rule!r} is not a rule about things. These are: {', '.join(sorted(set(known.values())))}.")
    if known.get(plain(thing), rule) != rule:
        raise NotYet(f"for {thing!r} the rule is {known[plain(thing)]!r}, not {rule!r}.")
    for question in questions:
        if not plain(thing) or f" {plain(thing)} " not in f" {plain(question)} ":
            raise NotYet(f"both customers ask about {thing!r}, and this question does not name it: {question!r}.")
        if len(plain(question).split()) < FEWEST_WORDS + len(plain(thing).split()):
            raise NotYet(f"this is too short for a question: {question!r}.")
    one, other = questions
    if plain(one) == plain(other):
        raise NotYet("the two questions are the same, so nobody could be answered worse.")
    if sorted(map(str.upper, ORDER.findall(one))) != sorted(map(str.upper, ORDER.findall(other))):
        raise NotYet("the two name different orders, so their answers must differ.")
    _judge_new(questions)


def _judge_new(questions: list[str]) -> None:
    there = set(map(plain, paired_customers.load_pairs().question))
    trained = {plain(question) for question, _ in _asked("train")}
    for question in questions:
        if plain(question) in there:
            raise NotYet(f"this question stands in the pairs of the course already: {question!r}.")
        if plain(question) in trained:
            raise NotYet(f"the model was trained on this very question: {question!r}.")


EXERCISES = [
    Exercise(
        "only_one",
        9,
        "easy",
        "Write the function's body.",
        function(PAIRS, lambda given, wanted: not isinstance(given, (str, dict, set)) and tuple(given) == wanted),
        "Only the pairs that one alone got right tell the two apart.",
        (
            "zip(first, second) goes through the pairs.",
            "The first alone is right where a is true and b is not.",
            "sum(…) counts what is true.",
        ),
    ),
    Exercise(
        "a_pair",
        9,
        "middle",
        "Put a rule, a thing and two questions into `mine`.",
        _judge_pair,
        "Both ask the same, and neither was seen. Now ask the model.",
        (
            "The rules about things, and what each is about, stand in data/desk/handbook.csv: liquids, sharp, …",
            "Keep thing and rule the same in both. Change who asks: a name, a spelling, a way to talk.",
            'As ("liquids", "lemonade", "May I vacuum up lemonade? Regards, Ann Hill", "May I …? Regards, …").',
        ),
    ),
    Exercise(
        "pair_interval",
        9,
        "hard",
        "Write the function's body.",
        function(INTERVALS, _near),
        "Where 0 lies inside, these pairs do not show who is answered worse.",
        (
            "One number for each pair: 1 where only the second is right, -1 where only the first is, else 0.",
            "Their mean is the difference. s is their standard deviation.",
            "The ends are mean - 1.96 * s / n ** 0.5 and mean + 1.96 * s / n ** 0.5.",
        ),
    ),
]
