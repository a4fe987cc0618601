"""Exercises that check themselves: `check` tries an answer, `hint` helps by one step, `score` shows what is solved."""

import pandas as pd

from . import (
    about_costs,
    about_data,
    about_events,
    about_exports,
    about_grading,
    about_jobs,
    about_limits,
    about_misses,
    about_more_examples,
    about_other_doors,
    about_own_data,
    about_own_machine,
    about_preferences,
    about_rewards,
    about_uploads,
    own_score,
)
from .exercise import Exercise, NotBegun, NotYet

__all__ = ["check", "hint", "score"]

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for lesson in (
        *(about_data, about_uploads, about_jobs, about_events, about_grading, about_misses, about_costs),
        *(about_own_machine, about_own_data, about_limits, about_other_doors, about_more_examples),
        *(about_preferences, about_rewards, about_exports),
    )
    for exercise in lesson.EXERCISES
}
_hints_given: dict[str, int] = {}  # since this kernel started


def check(name: str, mine) -> None:
    """Try an answer with several inputs, and print in a sentence whether it is right, or what is wrong with it.

    `mine` is None, or a function without a body yet, until the reader has begun. Raises ValueError for an exercise
    that does not exist.
    """
    exercise = _exercise(name)
    try:
        if mine is None:
            raise NotBegun
        exercise.judge(mine)
    except NotBegun:
        print(f'Not begun. {exercise.begin} A hint: exercises.hint("{name}")')
        return
    except NotYet as fault:
        solved, says = False, f"Not yet: {fault}"
    except Exception as error:  # whatever the reader gives, the cell tells it in a sentence
        solved, says = False, f"Not yet: this cannot be tried ({type(error).__name__}: {error})."
    else:
        solved, says = True, f"Right. {exercise.shows}"
    print(says)
    own_score.note(name, tries=1, solved=solved)


def hint(name: str) -> None:
    """Print the next hint; after the last one, where the solution is. Raises ValueError."""
    hints = _exercise(name).hints
    given = _hints_given.get(name, 0)
    if given == len(hints):
        print("That was the last hint. The solution is in notebooks/solutions.ipynb.")
        return
    _hints_given[name] = given + 1
    print(f"Hint {given + 1} of {len(hints)}: {hints[given]}")
    own_score.note(name, hints=1)


def score() -> pd.DataFrame:
    """What you tried and solved, a row for each exercise. It stays on this machine: `own_score.path` says where."""
    kept = own_score.kept()
    rows = [
        {"exercise": name, "lesson": x.lesson, "level": x.level, **(own_score.NOTHING | kept.get(name, {}))}
        for name, x in EXERCISES.items()
    ]
    return pd.DataFrame(rows).set_index("exercise")


def _exercise(name: str) -> Exercise:
    if name not in EXERCISES:
        raise ValueError(f"There is no exercise {name!r}. There are: {', '.join(EXERCISES)}.")
    return EXERCISES[name]
