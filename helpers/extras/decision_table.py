"""What to take where: a table whose verdicts follow from counts, by one rule."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from scipy.stats import fisher_exact

ALPHA = 0.05


class Case(NamedTuple):
    """What a desk has or needs, and who was counted there: right answers of so many, the cheapest to keep first.

    `enough` is the share of right answers that is demanded, 0 if any.
    """

    need: str
    counts: Mapping[str, tuple[int, int]]
    measured_in: str
    enough: float = 0.0


def decide(cases: Sequence[Case]) -> pd.DataFrame:
    """A row for each case: `take`, the counts behind it, the p-value of the best two, and where they were measured.

    `take` is the best where Fisher's exact test tells it from the second best, else the cheaper of these two. The test
    takes the counts for those of different questions, which is careful where they were the same.
    """
    return pd.DataFrame([_row(case) for case in cases]).set_index("need")


def _row(case: Case) -> dict:
    shares = {name: right / of for name, (right, of) in case.counts.items()}
    best, *others = sorted(shares, key=lambda name: -shares[name])  # of equal ones the cheaper stays in front
    p = _p_value(case.counts[best], case.counts[others[0]]) if others else float("nan")
    take = best
    if others and p >= ALPHA:
        cheaper = next(name for name in case.counts if name in (best, others[0]))
        take = f"{cheaper}, the cheaper: not told apart"
    if shares[best] < case.enough:
        take = f"none of them: {case.enough:.0%} are wanted"
    return {
        "need": case.need,
        "take": take,
        "right": "; ".join(f"{name} {right} of {of}" for name, (right, of) in case.counts.items()),
        "p": p,
        "measured in": case.measured_in,
    }


def _p_value(one: tuple[int, int], other: tuple[int, int]) -> float:
    table = [[right, of - right] for right, of in (one, other)]
    return float(fisher_exact(table).pvalue)  # pyright: ignore[reportAttributeAccessIssue]  # scipy's types lag
