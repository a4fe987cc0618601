"""Lesson 4: an answer's loss, checkpoints, and a curve from events."""

import math
from typing import Any

from .exercise import Case, Exercise, function


def _event(step: int, loss: float) -> dict:
    return {"id": f"event-{step}", "type": "metrics", "data": {"step": step, "train_loss": loss}}


def _message(n: int, data: dict | None) -> dict:
    return {"id": f"message-{n}", "type": "message", "message": "Checkpoint created", "data": data}


FALLING = [_event(step, loss) for step, loss in ((1, 2.5), (2, 1.5), (3, 1.75), (4, 0.5))]
MANY = [_event(step, 13 - step) for step in range(1, 13)]
ZERO = [_event(1, 0.75), _event(2, 0.0), _event(3, 0.25)]
CURVES = [
    Case((FALLING,), [2.5, 1.5, 1.75, 0.5], "the losses by step are 2.5, 1.5, 1.75, 0.5"),
    Case((FALLING[::-1],), [2.5, 1.5, 1.75, 0.5], "the first step comes first, whatever the order of events"),
    Case((MANY[7:] + MANY[:7],), [*range(12, 0, -1)], "step 2 comes before step 10"),
    Case((FALLING[2:] + FALLING[:3],), [2.5, 1.5, 1.75, 0.5], "step 3 stands in two pages and counts once"),
    Case(
        ([_message(1, None), *FALLING[:2], _message(2, {}), *FALLING[2:]],),
        [2.5, 1.5, 1.75, 0.5],
        "messages are not measurements",
    ),
    Case((ZERO,), [0.75, 0.0, 0.25], "a loss of 0 is a measurement, too"),
    Case(([_message(1, None)],), [], "no step was measured yet"),
]


def _same_numbers(given: Any, wanted: list[float]) -> bool:
    numbers = [] if isinstance(given, (str, dict)) else [float(number) for number in given]
    same = len(numbers) == len(wanted) and not isinstance(given, (str, dict, set))
    return same and all(map(math.isclose, numbers, wanted))


def _same_to_three_places(given: Any, wanted: float) -> bool:
    """A loss may be rounded as the sentences round it."""
    return not isinstance(given, (bool, str)) and abs(float(given) - wanted) < 0.0006


def _saved(*losses: float | None) -> list[dict]:
    """Checkpoints as the API lists them, the newest first. The training loss falls to the end."""
    return [
        {
            "step_number": 10 * n,
            "fine_tuned_model_checkpoint": f"ft:small:ckpt-step-{10 * n}",
            "metrics": {"step": 10 * n, "train_loss": 1 / n, "full_valid_loss": loss},
        }
        for n, loss in enumerate(losses, 1)
    ][::-1]


CHECKPOINTS = [
    Case((_saved(*losses),), f"ft:small:ckpt-step-{step}", f"step {step} {why}")
    for losses, step, why in (
        ((0.9, 0.4, 0.3), 30, "has the smallest loss on the whole validation file"),
        ((0.9, 0.3, 0.4), 20, "has the smallest loss on the whole validation file"),
        ((0.2, 0.3, 0.4), 10, "has the smallest loss on the whole validation file"),
        ((0.5, 0.25, 0.25), 20, "is as good as a later one, and was trained less"),
        ((0.5, None, 0.3), 30, "is the best of those that were measured"),
        ((0.5, 0.0, 0.3), 20, "has a loss of 0, which is the smallest"),
    )
]
PROBABILITIES = [  # that the model gave to the right tokens of an answer; the answer's loss, and why
    ([1.0], 0, "a token that is certain has a loss of 0"),
    ([0.5], math.log(2), "minus the natural logarithm of 0.5 is 0.693"),
    ([1 / math.e**2], 2, "e to the power of -2 is 0.1353, so this token has a loss of 2"),
    ([1.0, 0.5], math.log(2) / 2, "the two tokens have losses of 0 and 0.693, and their mean is 0.347"),
    ([0.5, 1.0], math.log(2) / 2, "the two tokens have losses of 0.693 and 0, and their mean is 0.347"),
    ([0.9, 0.9, 0.9, 0.01], (math.log(100) - 3 * math.log(0.9)) / 4, "one token of 1 % alone has a loss of 4.605"),
    ([0.5] * 25, math.log(2), "where all 25 tokens have a loss of 0.693, their mean is 0.693"),
]
EXERCISES = [
    Exercise(
        "answer_loss",
        4,
        "easy",
        "Write the function's body.",
        function(
            [Case((probabilities,), loss, why) for probabilities, loss, why in PROBABILITIES], _same_to_three_places
        ),
        "One token that surprises the model weighs more than many that do not.",
        (
            "Begin with one token. The lesson turned its loss into a probability: e to the power of minus the loss. "
            "Which function undoes e to the power of?",
            "The natural logarithm, math.log. Of a number below 1 it is below zero, and a loss never is.",
            "One loss for each token first, then their mean: the logarithm of the mean is something else.",
        ),
    ),
    Exercise(
        "best_checkpoint",
        4,
        "middle",
        "Write the function's body.",
        function(CHECKPOINTS),
        "It takes neither the last one nor the one with the smallest training loss.",
        (
            'Look at one first: checkpoint["metrics"]["full_valid_loss"]. It may be None.',
            "min(…, key=…) finds the smallest; of equal ones it takes the first.",
            "The API lists the newest first, so sort by step_number before.",
        ),
    ),
    Exercise(
        "losses",
        4,
        "hard",
        "Write the function's body.",
        function(CURVES, _same_numbers),
        "Pages may overlap and come in any order: the curve is the same.",
        (
            'Only events whose type is "metrics" have numbers.',
            "A dict from step to loss keeps each step once.",
            "sorted(…) on the dict's items puts the steps in order, as numbers.",
        ),
    ),
]
