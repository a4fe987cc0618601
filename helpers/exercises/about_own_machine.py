"""Lesson 7: the size of LoRA, and trials that change one setting at a time."""

from typing import Any

from .exercise import Case, Exercise, function

SETTINGS = {"n_epochs": 4, "rate": 2.5}
TRIALS = [
    Case(
        (SETTINGS, {"rate": [0.1, 16]}),
        [{"n_epochs": 4, "rate": 0.1}, {"n_epochs": 4, "rate": 16}],
        "two other rates are two trials",
    ),
    Case(
        (SETTINGS, {"rate": [0.1], "n_epochs": [1, 2]}),
        [{"n_epochs": 4, "rate": 0.1}, {"n_epochs": 1, "rate": 2.5}, {"n_epochs": 2, "rate": 2.5}],
        "each trial differs from the settings in one thing",
    ),
    Case((SETTINGS, {"rate": [2.5, 16]}), [{"n_epochs": 4, "rate": 16}], "2.5 is what we have, and needs no trial"),
    Case((SETTINGS, {"rate": []}), [], "nothing shall be tried"),
]


def _same_trials(given: Any, wanted: list[dict]) -> bool:
    """In any order, each once."""
    left = list(given)
    for trial in wanted:
        left.remove(trial)
    return not left and not isinstance(given, dict)


EXERCISES = [
    Exercise(
        "lora_weights",
        7,
        "easy",
        "Write the function's body.",
        function(
            [
                Case((rows, columns, rank), rank * (rows + columns), f"{rank * (rows + columns)} is right")
                for rows, columns, rank in ((576, 576, 8), (576, 192, 16), (1, 5, 1), (1536, 576, 4))
            ]
        ),
        "Two thin matrices: the sum of the sides counts, not their product.",
        ("B has as many rows as the matrix, and `rank` columns.", "A has `rank` rows, and as many columns."),
    ),
    Exercise(
        "one_at_a_time",
        7,
        "middle",
        "Write the function's body.",
        function(TRIALS, _same_trials),
        "Whatever changes in the result, one setting changed it.",
        (
            "Two loops: over the names of the settings, and over the values to try.",
            "settings | {name: value} is a new dict with one value changed.",
            "Leave out a value that the settings have already.",
        ),
    ),
]
