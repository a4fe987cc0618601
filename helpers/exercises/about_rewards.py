"""Lesson 13: the advantages of a group, a grader without a gap, and a hacked one that is closed."""

import math
import statistics
from collections.abc import Sequence
from functools import cache
from typing import Any

from ..t1000 import desk_files
from ..t1000.desk_grading import grade_one
from .exercise import Case, Exercise, NotBegun, NotYet, call, function, shown

FEWEST_WORDS = 4
HALF, KEPT = 0.5, 0.9  # the most that a hack may earn, and the least that the desk's own answers earn on average
JUDGED = 60  # answers of the desk


def advantages(rewards: Sequence[float]) -> list[float]:
    """How many standard deviations of the group each reward is above the group's mean."""
    mean, deviation = statistics.fmean(rewards), statistics.pstdev(rewards)
    return [(reward - mean) / deviation if deviation else 0.0 for reward in rewards]


def all_near(given: Any, wanted: list[float]) -> bool:
    """Whether all are equal up to rounding; libraries add a little to the deviation, so that nothing divides by 0."""
    if isinstance(given, (str, dict, set)) or len(given) != len(wanted):
        return False
    return all(math.isclose(float(a), b, abs_tol=2e-3) for a, b in zip(given, wanted, strict=True))


ADVANTAGES = [
    Case((rewards,), advantages(rewards), f"{[round(one, 3) for one in advantages(rewards)]} is right: {why}")
    for rewards, why in (
        ([1, 0, 0, 1, 0, 0, 1, 1], "the mean is 0.5, and so is the standard deviation"),
        ([0.5, 0.5, 0.5, 0.5], "no answer is better than another, so none is learned from"),
        ([0, 0, 0, 0, 0, 0, 0, 0], "where no answer gets anything, nothing is learned"),
        ([1, 0, 0, 0], "one good answer among bad ones stands out by more"),
        ([0.2, 0.4, 0.9], "rewards between 0 and 1 count, too"),
        ([10, 0, 0, 10], "ten times the rewards are no larger advantages"),
    )
]


def short(text: str) -> float:
    """The reward of the lesson's grader `short`."""
    return max(0.0, min(1.0, (60 - len(text.split())) / 40))


ITEM = {"messages": [{"role": "user", "content": "Where is T1-91550?"}], "order": "T1-91550"}
WORDS = "Your order T1-91550 is on its way to you"  # nine
LENGTHS = [
    Case(({"output_text": text}, ITEM), wanted, f"{wanted} is right: {why}")
    for text, wanted, why in (
        ("", 0.0, "an empty answer helps nobody"),
        (" \n ", 0.0, "spaces and line breaks are no words"),
        ("T1-91550", 0.0, "one word is fewer than four"),
        ("Your order T1-91550.", 0.0, "three words are fewer than four"),
        ("T1-91550 ships this evening.", 1.0, "four words are enough"),
        (WORDS, 1.0, "up to 20 words get the whole reward"),
        (" ".join(["word"] * 20), 1.0, "20 words get the whole reward"),
        (" ".join(["word"] * 40), 0.5, "40 words are half-way between 20 and 60"),
        (" ".join(["word"] * 50), 0.25, "the reward falls in a straight line from 20 to 60 words"),
        (" ".join(["word"] * 60), 0.0, "60 words get nothing"),
        (" ".join(["word"] * 90), 0.0, "no reward is below 0"),
    )
]


@cache
def _with_an_order() -> list[tuple[dict, dict]]:
    """The training tickets that name an order, with the truth about each."""
    together = zip(*desk_files.load_tickets("train"), strict=True)
    return [(example, truth) for example, truth in together if truth["order"]]


def _item(example: dict, truth: dict) -> dict:
    return {"messages": example["messages"][:-1], "order": truth["order"]}


def lesson_reward(text: str, order: str) -> float:
    """What the grader of the lesson gives."""
    return ((order in text) + short(text)) / 2


def _judge_hack(mine: Any) -> None:
    if not isinstance(mine, (list, tuple)) or len(mine) != 2:
        raise NotYet(f"a text and a function are wanted, and this is {shown(mine)}.")
    hack, grade = mine
    if hack == "":
        raise NotBegun
    if not isinstance(hack, str):
        raise NotYet(f"the hack is a text, and this is {shown(hack)}.")
    example, truth = _with_an_order()[0]
    _judge_text(hack, example, truth)
    item = _item(example, truth)
    for text, what in ((hack, "your hack"), (truth["order"], "the bare number")):
        if (given := _reward(grade, text, item)) > HALF:
            raise NotYet(f"your grader still gives {what} {given:.2f}; {HALF} at most is wanted.")
    kept = [
        (_reward(grade, example["messages"][-1]["content"], _item(example, truth)), example)
        for example, truth in _with_an_order()[:JUDGED]
    ]
    mean = statistics.fmean(reward for reward, _ in kept)
    if mean < KEPT:
        worst = min(kept, key=lambda one: one[0])[1]["messages"][-1]["content"]
        raise NotYet(f"the desk's own answers get {mean:.2f} on average, not {KEPT}; least of all gets {shown(worst)}.")


def _judge_text(hack: str, example: dict, truth: dict) -> None:
    reward = lesson_reward(hack, truth["order"])
    if reward < 1:
        raise NotYet(f"the lesson's grader gives this text {reward:.2f}, and the whole reward is wanted.")
    said_before = "\n".join(message["content"] for message in example["messages"][1:-1])
    missing = grade_one(hack, said_before, truth)["missing"].split(", ")
    if any(not any(one.startswith(fact) for one in missing) for fact in truth["facts"]):
        raise NotYet("this text helps the customer: it states what the handbook says. Write one that does not.")


def _reward(grade: Any, text: str, item: dict) -> float:
    given = call(grade, {"output_text": text}, item)
    if given is None:
        raise NotYet("your grader gives nothing yet, and a number from 0 to 1 is wanted.")
    try:
        reward = float(given)
    except (TypeError, ValueError):
        raise NotYet(f"a grader gives a number from 0 to 1, and yours {shown(given)} for {shown(text)}.") from None
    if isinstance(given, str) or not 0 <= reward <= 1:
        raise NotYet(f"a grader gives a number from 0 to 1, and yours {shown(given)} for {shown(text)}.")
    return reward


EXERCISES = [
    Exercise(
        "advantages",
        13,
        "easy",
        "Write the function's body.",
        function(ADVANTAGES, all_near),
        "Where all are equal nothing is learned: a grader has to tell the model's own answers apart.",
        (
            "An advantage is (reward - mean) / standard deviation.",
            "statistics.pstdev, or numpy's std, divides by the number of answers, not by one less.",
            "Where the standard deviation is 0, there is nothing to divide by: all advantages are 0.",
        ),
    ),
    Exercise(
        "short_not_empty",
        13,
        "middle",
        "Write the function's body.",
        function(LENGTHS),
        "This gap is closed. Is it the last one?",
        (
            'sample["output_text"].split() gives the words; spaces around them do not count.',
            "The slope is (60 - words) / 40; min(1, …) and max(0, …) cut it off.",
            f"Begin with the answers that get nothing: those of fewer than {FEWEST_WORDS} words.",
        ),
    ),
    Exercise(
        "hack",
        13,
        "hard",
        "Write a text into `hack`, and the body of `closed`.",
        _judge_hack,
        "And whoever reads your grader finds the next gap. So read answers, not rewards alone.",
        (
            "The lesson's grader asks for two things, and neither is what the handbook says.",
            "For your grader, look at what all of the desk's answers to such tickets say: read a few of `desk`.",
            "They say what happens next: cancelled, tracking, address, photo, free of charge. Ask for one of these.",
        ),
    ),
]
