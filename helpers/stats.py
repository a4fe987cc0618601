"""Intervals and tests for contestants that answered the same questions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # whose parts come when they are used: stats is large
from numpy.typing import ArrayLike

from .plural import plural


def exact_interval(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact (Clopper-Pearson 1934) confidence interval of a rate, `right` of `n`: lower and upper end."""
    interval = scipy.stats.binomtest(int(right), int(n)).proportion_ci(confidence, method="exact")
    return interval.low, interval.high


def mcnemar(a_right: Sequence[bool], b_right: Sequence[bool]) -> float:
    """The exact p-value of the hypothesis that two contestants are equally good on the same questions.

    Only questions that one of them alone got right tell them apart. If both are equally good, either wins each of
    these with probability 1/2 (McNemar 1947, exact by the binomial distribution). Raises ValueError.
    """
    only_a, only_b = _discordant(a_right, b_right)
    return float(scipy.stats.binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for their number (Holm 1979), in the order given."""
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(np.argsort(p_values, kind="stable")):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


def paired_difference(a: ArrayLike, b: ArrayLike, seed: int = 0) -> tuple[float, float, float]:
    """Mean of a - b over the same questions, and the ends of its 95 % interval, by a paired percentile bootstrap.

    Where all differences are the same, the ends are nan: drawn again they stay so, which says nothing of others.
    """
    differences = np.subtract(a, b, dtype=float)  # of booleans, too
    if np.ptp(differences) == 0:
        return float(differences[0]), math.nan, math.nan
    found = scipy.stats.bootstrap(
        (differences,), np.mean, n_resamples=2_000, method="percentile", rng=np.random.default_rng(seed)
    )
    return float(differences.mean()), float(found.confidence_interval.low), float(found.confidence_interval.high)


def questions_needed(
    a_right: Sequence[bool], b_right: Sequence[bool], power: float = 0.8, alpha: float = 0.05
) -> float:
    """How many questions would tell the two apart if they keep differing as on these; inf if they do not differ.

    With shares p and q of questions that only one of them gets right:
    (z(alpha/2) √(p+q) + z(power) √(p+q-(p-q)²))² / (p-q)² (Connor 1987, Biometrics 43). Raises ValueError.
    """
    p, q = (n / len(a_right) for n in _discordant(a_right, b_right))
    if p == q:
        return math.inf
    sides = scipy.stats.norm.isf(alpha / 2) * math.sqrt(p + q) + scipy.stats.norm.isf(1 - power) * math.sqrt(
        p + q - (p - q) ** 2
    )
    return math.ceil((sides / (p - q)) ** 2)


@dataclass(frozen=True)
class Duel:
    """Two contestants on the same questions.

    `only_a` and `only_b`: questions that only the one got right. `p`: McNemar's, corrected for the number of duels.
    `needed`: how many questions would tell them apart, at a limit of 0.05 by the number of duels.
    """

    a: str
    b: str
    only_a: int
    only_b: int
    p: float
    needed: float

    def __str__(self) -> str:
        score = (
            f"{plural(self.only_a, 'question')} only {self.a} got right, {self.only_b} only {self.b}; p = {self.p:.2g}"
        )
        if self.p < 0.05:
            better, other = (self.a, self.b) if self.only_a > self.only_b else (self.b, self.a)
            return f"{better} is better than {other}: {score}."
        more = (
            f"about {_two_digits(self.needed):,} would be needed"
            if math.isfinite(self.needed)
            else "as each won as many, nobody can say how many would be needed"
        )
        return f"Not enough questions to tell {self.a} and {self.b} apart: {score}; {more}."


def duels(right: Mapping[str, Sequence[bool]], pairs: Sequence[tuple[str, str]]) -> list[Duel]:
    """A duel for each pair; the p-values are corrected for their number. Raises ValueError."""
    corrected = holm([mcnemar(right[a], right[b]) for a, b in pairs])
    return [
        Duel(
            *(a, b, *_discordant(right[a], right[b]), p),
            needed=questions_needed(right[a], right[b], alpha=0.05 / len(pairs)),
        )
        for (a, b), p in zip(pairs, corrected, strict=True)
    ]


def _two_digits(number: float) -> int:
    """A number as exact as a guess may be: rounded to its first two digits."""
    return int(float(f"{number:.1e}"))


def _discordant(a_right: Sequence[bool], b_right: Sequence[bool]) -> tuple[int, int]:
    """How many only a got right, and only b. Raises ValueError unless both answered the same questions."""
    if len(a_right) != len(b_right) or not len(a_right):
        raise ValueError(
            "Both must have answered the same questions, at least one; "
            f"they answered {len(a_right)} and {len(b_right)}."
        )
    a, b = np.asarray(a_right, dtype=bool), np.asarray(b_right, dtype=bool)
    return int((a & ~b).sum()), int((b & ~a).sum())
