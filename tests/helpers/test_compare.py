"""The interval of a share, facts in an answer, and the likeness of two answers."""

import pytest

from helpers import compare, stats


@pytest.mark.parametrize("right, n, low, high", [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)])
def test_exact_interval_is_clopper_pearsons(right, n, low, high):
    assert stats.exact_interval(right, n) == pytest.approx((low, high), abs=5e-5)


def test_a_fact_is_recognized_in_any_case():
    assert compare.states_fact("It has a THREE-year warranty.", "three[- ]year")
    assert not compare.states_fact("It has a warranty.", "three[- ]year")


def test_similarity_is_a_share_of_letter_triples():
    assert compare.similarity("It weighs 2.4 kg.", "it weighs 2.4 kg") == 1
    assert compare.similarity("It is loud.", "Nobody knows") == 0
    assert 0.3 < compare.similarity("The battery lasts 40 minutes.", "It lasts 40 minutes.") < 0.8
