"""Lesson 12: the rewards of a pair, the form of a pair, and the loss of the method dpo."""

import copy
import math
from typing import Any

import numpy as np

from .exercise import Case, Exercise, equal, function


def rewards(before: tuple, after: tuple, beta: float) -> tuple[float, float, float]:
    """The rewards of chosen and rejected, and their margin. `before` and `after` are log-probabilities in nats."""
    chosen, rejected = (beta * (then - first) for first, then in zip(before, after, strict=True))
    return chosen, rejected, chosen - rejected


def loss(pairs: list[tuple], beta: float) -> float:
    """The mean loss of pairs (before, after); logaddexp(0, -margin) is -log(sigmoid(margin)), however large."""
    return float(np.mean([np.logaddexp(0, -rewards(before, after, beta)[2]) for before, after in pairs]))


def all_equal(given: Any, wanted: tuple) -> bool:
    return not isinstance(given, (str, dict, set)) and len(given) == len(wanted) and all(map(equal, given, wanted))


def _rewarded(before: tuple, after: tuple, beta: float, why: str) -> Case:
    wanted = tuple(round(number, 4) + 0.0 for number in rewards(before, after, beta))
    return Case((before, after, beta), wanted, f"{wanted} is right: {why}")


REWARDS = [
    _rewarded((-31.0, -28.0), (-33.0, -45.0), 0.1, "both became less likely, the rejected one by more"),
    _rewarded((-31.0, -28.0), (-31.0, -28.0), 0.1, "nothing has changed since the start"),
    _rewarded((-20.0, -24.0), (-18.0, -22.0), 0.5, "both gained the same, so there is no margin"),
    _rewarded((-40.0, -10.0), (-38.0, -9.0), 0.2, "it counts what was gained, not which is likelier"),
    _rewarded((-12.0, -15.0), (-14.0, -13.0), 0.1, "the pair is the wrong way round"),
]


def message(role: str, content: str) -> dict:
    return {"role": role, "content": content}


ASKED = [message("system", "T-1000 service desk. Be brief."), message("user", "Is it loud?")]
GOOD, BAD = message("assistant", "It has 62 decibels."), message("assistant", "It is as quiet as a cat.")
PAIR = {"input": {"messages": ASKED}, "preferred_output": [GOOD], "non_preferred_output": [BAD]}


def _with(**changed: Any) -> dict:
    """The pair with other sides; None takes one away."""
    return {name: side for name, side in (copy.deepcopy(PAIR) | changed).items() if side is not None}


TURNS = {"messages": [*ASKED, GOOD, message("user", "And at night?")]}
FORMS = [
    Case((pair,), wanted, why)
    for pair, wanted, why in (
        (PAIR, True, "it has an input and two answers that differ"),
        (_with(input=TURNS), True, "the input may have several turns, as long as the customer has the last word"),
        (_with(preferred_output=[BAD], non_preferred_output=[GOOD]), True, "which one is better, the form cannot tell"),
        (_with(non_preferred_output=[GOOD]), False, "both answers are the same"),
        (
            _with(non_preferred_output=[message("assistant", " It has 62 decibels.\n")]),
            False,
            "they differ in nothing but spaces around them",
        ),
        (_with(preferred_output=None), False, "a side is missing"),
        (_with(non_preferred_output=None), False, "a side is missing"),
        (_with(preferred_output=[]), False, "a side holds no answer"),
        (_with(preferred_output=[GOOD, BAD]), False, "a side holds two answers"),
        (_with(preferred_output=[message("user", "Thank you!")]), False, "an answer is the customer's"),
        (_with(non_preferred_output=[ASKED[0]]), False, "an answer is no assistant's"),
        (_with(input=None), False, "there is nothing that the answers reply to"),
        (_with(input={"messages": []}), False, "there is nothing that the answers reply to"),
        (_with(input={"messages": [*ASKED, GOOD]}), False, "the last message of the input is an answer already"),
    )
]


def _lost(pairs: list[tuple], beta: float, why: str) -> Case:
    wanted = loss(pairs, beta)
    return Case((pairs, beta), wanted, f"{wanted:.4f} is right: {why}")


UNTRAINED = ((-31.0, -28.0), (-31.0, -28.0))
APART = ((-31.0, -28.0), (-33.0, -45.0))
SURE, WRONG = ((-30.0, -30.0), (-10.0, -9_000.0)), ((-30.0, -30.0), (-9_000.0, -10.0))
LOSSES = [
    _lost([UNTRAINED], 0.1, "before the training it is the logarithm of 2"),
    _lost([APART], 0.1, "its margin is 1.5"),
    _lost([UNTRAINED, APART], 0.1, "it is the mean of the pairs' losses, not the loss of their mean"),
    _lost([APART[::-1]], 0.1, "a margin below 0 costs more than the logarithm of 2"),
    _lost([APART, UNTRAINED, APART], 0.5, "a larger beta makes the margins larger"),
    _lost([SURE], 1.0, "a pair that is told apart for sure costs nothing"),
    _lost([WRONG], 1.0, "where the margin is very negative, the loss is minus the margin"),
]

EXERCISES = [
    Exercise(
        "reward_margin",
        12,
        "easy",
        "Write the function's body.",
        function(REWARDS, all_equal),
        "A chosen answer may become less likely, and the pair be told apart all the same.",
        (
            "A reward is beta * (after - before), for each answer by itself.",
            "The margin is the chosen answer's reward minus the rejected one's.",
            "before[0] is the chosen answer, before[1] the rejected one; after likewise.",
        ),
    ),
    Exercise(
        "in_form",
        12,
        "middle",
        "Write the function's body.",
        function(FORMS),
        "A server refuses such a file as a whole; your check finds the line before the upload.",
        (
            'pair.get("preferred_output") gives None where the side is missing, and does not stop.',
            'A side is a list with one message, whose "role" is "assistant".',
            'Compare the two "content" after .strip(), and look at the role of the last message of the input.',
        ),
    ),
    Exercise(
        "dpo_loss",
        12,
        "hard",
        "Write the function's body.",
        function(LOSSES),
        f"At the start each pair costs log 2, {math.log(2):.3f}: the first loss that the lesson prints.",
        (
            "The margin is that of the easy exercise; a pair's loss is minus the logarithm of sigmoid(margin).",
            "sigmoid(m) is 1 / (1 + exp(-m)), so minus its logarithm is log(1 + exp(-m)).",
            "math.exp(1000) is too large for a number. Where m is negative, log(1 + exp(-m)) is -m + log(1 + exp(m)).",
        ),
    ),
]
