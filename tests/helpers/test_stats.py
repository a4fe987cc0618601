"""The statistics of lesson 5, against scipy and against examples that others published."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap

from helpers import stats


def paired(both: int, only_a: int, only_b: int, neither: int) -> tuple[list[bool], list[bool]]:
    kinds = [(True, True)] * both + [(True, False)] * only_a + [(False, True)] * only_b + [(False, False)] * neither
    return [a for a, _ in kinds], [b for _, b in kinds]


def test_mcnemar_as_in_agrestis_ratings_of_the_prime_minister():
    """Agresti, Categorical Data Analysis, table 10.1; exact p as Fay's R package exact2x2 gives it."""
    assert stats.mcnemar(*paired(794, 150, 86, 570)) == pytest.approx(3.716e-05, rel=1e-3)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_mcnemar_is_the_binomial_test_of_scipy_and_fair_to_both(pairs):
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    won, lost = sum(x and not y for x, y in pairs), sum(y and not x for x, y in pairs)
    expected = binomtest(won, won + lost).pvalue if won + lost else 1
    assert stats.mcnemar(a, b) == stats.mcnemar(b, a) == pytest.approx(expected)


def test_holm_as_in_wikipedias_example():
    corrected = stats.holm([0.01, 0.04, 0.03, 0.005])
    assert corrected == pytest.approx([0.03, 0.06, 0.06, 0.02])


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_never_makes_a_p_value_smaller(p_values):
    corrected = stats.holm(p_values)
    assert all(p <= c <= 1 for p, c in zip(p_values, corrected, strict=True))
    assert all(
        corrected[i] <= corrected[j]
        for i in range(len(p_values))
        for j in range(len(p_values))
        if p_values[i] < p_values[j]
    )


def test_the_interval_is_clopper_and_pearsons():
    """Their paper of 1934 and every table since: 0 of 10 and 5 of 10."""
    assert stats.exact_interval(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert stats.exact_interval(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)


def test_paired_difference_against_scipys_paired_bootstrap():
    rng = np.random.default_rng(1)
    a = rng.normal(1, 1, 80)
    b = a - 0.3 + rng.normal(0, 0.2, 80)
    mean, low, high = stats.paired_difference(a, b)
    scipys = bootstrap(
        (a, b),
        lambda x, y: np.mean(x - y),
        paired=True,
        vectorized=False,
        n_resamples=2_000,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert mean == pytest.approx((a - b).mean())
    assert (low, high) == pytest.approx((scipys.low, scipys.high), abs=0.01)
    assert stats.paired_difference(a, b) == (mean, low, high)
    mean, *ends = stats.paired_difference([1, 2], [0, 1])  # drawn again, these differ by 1, too
    assert mean == 1 and all(math.isnan(end) for end in ends)


def test_questions_needed_are_enough_when_tried():
    """Simulated: with so many questions, the test tells the two apart in about 80 % of the cases."""
    needed = int(stats.questions_needed(*paired(40, 25, 10, 25)))
    rng = np.random.default_rng(5)
    kinds = rng.choice(4, p=[0.4, 0.25, 0.1, 0.25], size=(200, needed))
    told = [stats.mcnemar(k <= 1, (k == 0) | (k == 2)) < 0.05 for k in kinds]
    assert 0.68 < np.mean(told) < 0.9
    assert stats.questions_needed(*paired(5, 3, 3, 5)) == math.inf


def test_verdicts_in_words():
    right = {"base": [False] * 20, "tuned": [True] * 15 + [False] * 5, "other": [True] * 14 + [False] * 6}
    clear, open_ = stats.duels(right, [("base", "tuned"), ("tuned", "other")])
    assert str(clear).startswith("tuned is better than base: 0 questions only base got right, 15 only tuned")
    assert "Not enough questions to tell tuned and other apart" in str(open_) and "would be needed" in str(open_)
    assert "each won as many" in str(stats.duels({"a": [True], "b": [True]}, [("a", "b")])[0])


def test_how_many_would_be_needed_is_a_guess_and_grows_with_the_number_of_duels():
    a, b = paired(200, 7, 6, 87)
    [alone] = stats.duels({"a": a, "b": b}, [("a", "b")])
    many = stats.duels({"a": a, "b": b}, [("a", "b")] * 5)
    assert alone.needed == stats.questions_needed(a, b) and "about 31,000 would be needed" in str(alone)
    assert {duel.needed for duel in many} == {stats.questions_needed(a, b, alpha=0.01)}
    assert many[0].needed > 1.4 * alone.needed


def test_contestants_must_have_answered_the_same_questions():
    with pytest.raises(ValueError, match="the same questions"):
        stats.mcnemar([True], [True, False])
