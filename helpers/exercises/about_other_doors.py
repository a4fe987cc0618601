"""Lesson 10: an old call, and faults that pass."""

import re
from typing import Any

from .exercise import Exercise, NotBegun, NotYet, call_with, shown


class Refused(Exception):
    """What the API answers in a trial; `status_code` as in the package."""

    def __init__(self, status_code: int):
        super().__init__(f"the API answered {status_code}")
        self.status_code = status_code


TRIALS: list[tuple[str, list[int], int, int]] = [  # when, answers in a row, times asked, pauses; 200 is an answer
    ("the API answers at once", [200], 1, 0),
    ("the API is busy once (429)", [429, 200], 2, 1),
    ("the server fails twice (500, 503)", [500, 503, 200], 3, 2),
    ("the question is wrong (400)", [400, 200], 1, 0),
    ("the key is wrong (401)", [401, 200], 1, 0),
    ("the server fails, and then the question is wrong (500, 404)", [500, 404, 200], 2, 1),
    ("the API stays busy (429)", [429, 429, 429, 200], 3, 2),
]


def _judge_again(mine: Any) -> None:
    for when, statuses, asks, pauses in TRIALS:
        asked: list[int] = []
        paused: list[int] = []

        def ask(*_, statuses=statuses, asked=asked):
            asked.append(status := statuses[len(asked)])
            if status != 200:
                raise Refused(status)
            return "62 decibels"

        def pause(*_, paused=paused):
            paused.append(1)

        wanted = statuses[asks - 1]
        given = _outcome(mine, ask, pause, when)
        if given is None and not asked:
            raise NotBegun
        if len(asked) != asks:
            raise NotYet(f"where {when}, it asks {len(asked)} times, and {asks} would be right.")
        if wanted != 200 and not isinstance(given, Refused):
            raise NotYet(f"where {when}, it gives {shown(given)}, and should raise the error that it got.")
        if wanted == 200 and given != "62 decibels":
            raise NotYet(f"where {when}, it gives {shown(given)}, and not the answer, '62 decibels'.")
        if len(paused) != pauses:
            raise NotYet(f"where {when}, it pauses {len(paused)} times, and {pauses} would be right.")


def _outcome(mine: Any, ask: Any, pause: Any, when: str) -> Any:
    """What the function gives, or the API's error if it raises that. Raises NotYet for an error of its own."""

    def tried(ask, pause):
        try:
            return mine(ask, pause)
        except Refused as refused:
            return refused
        except IndexError:
            raise RuntimeError(f"where {when}, it asks without end") from None

    tried.__name__ = getattr(mine, "__name__", "your function")
    return call_with(tried if callable(mine) else mine, ask, pause)


def _judge_download(mine: Any) -> None:
    if not isinstance(mine, str):
        raise NotYet(f"the call is wanted as a text, and this is {shown(mine)}.")
    if not re.match(r"\s*client\.files\.content(\(|\s*$)", mine):
        raise NotYet(f"{shown(mine)} does not give what is in a file.")


EXERCISES = [
    Exercise(
        "download",
        10,
        "easy",
        "Put the call into `mine`, as a text.",
        _judge_download,
        "It gives the file's bytes.",
        ("Look it up in the table above.", 'old_calls.TODAY["openai.File.download"]'),
    ),
    Exercise(
        "ask_again",
        10,
        "hard",
        "Write the function's body.",
        _judge_again,
        "It waits where waiting helps, and nowhere else.",
        (
            "A loop over range(3), with try and except around ask().",
            "error.status_code == 429 or error.status_code >= 500 may pass; for all others: raise.",
            "After the third time raise, too, and do not pause before that.",
        ),
    ),
]
