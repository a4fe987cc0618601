"""What to take where: a table whose verdicts follow from counts, by one rule."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from scipy.stats import fisher_exact

from ..stats import holm, mcnemar

ALPHA = 0.05


class Count(NamedTuple):
    """Right answers of so many, where it is not known which ones."""

    right: int
    of: int


class Case(NamedTuple):
    """What a desk has or needs, and who was counted there, the cheapest to keep first.

    `answers`: for each contestant whether each of the same questions was answered well; or all of them as `Count`.
    `enough` is the share that is demanded, 0 if any.
    """

    need: str
    answers: Mapping[str, Sequence[bool] | Count]
    measured_in: str
    enough: float = 0.0


def decide(cases: Sequence[Case]) -> pd.DataFrame:
    """A row for each case: `take`, the counts behind it, the p-value of the best two, and where they were measured.

    `take` is the best where a test tells it from the second best, else the cheaper of these two. The test is McNemar's
    where each question's answer is known, else Fisher's exact one, which takes the questions for different ones. The
    p-values are corrected for the number of cases, by Holm's rule. Raises ValueError for a case with one contestant.
    """
    corrected = holm([_p_value(case) for case in cases])
    rows = [
        {
            "need": case.need,
            "take": _verdict(case, p),
            "counted": "; ".join(f"{name} {right} of {of}" for name, (right, of) in _counts(case).items()),
            "p": p,
            "measured in": case.measured_in,
        }
        for case, p in zip(cases, corrected, strict=True)
    ]
    return pd.DataFrame(rows).set_index("need")


def _verdict(case: Case, p: float) -> str:
    best, second = _best_two(case)
    right, of = _counts(case)[best]
    if not right:
        return "none of them: nothing is right"
    if right / of < case.enough:
        return f"none of them: {case.enough:.0%} are wanted"
    cheaper = next(name for name in case.answers if name in (best, second))
    return best if p < ALPHA else f"{cheaper}, the cheaper: not told apart"


def _best_two(case: Case) -> list[str]:
    counts = _counts(case)
    if len(counts) < 2:
        raise ValueError(f"{case.need}: a verdict needs two contestants at least.")
    return sorted(counts, key=lambda name: -counts[name].right / counts[name].of)[:2]  # of equal ones the cheaper first


def _counts(case: Case) -> dict[str, Count]:
    return {
        name: some if isinstance(some, Count) else Count(int(sum(some)), len(some))
        for name, some in case.answers.items()
    }


def _p_value(case: Case) -> float:
    one, other = (case.answers[name] for name in _best_two(case))
    if not isinstance(one, Count) and not isinstance(other, Count):
        return mcnemar(one, other)
    counts = _counts(case)
    table = [[counts[name].right, counts[name].of - counts[name].right] for name in _best_two(case)]
    return float(fisher_exact(table).pvalue)  # pyright: ignore[reportAttributeAccessIssue]  # scipy's types lag
