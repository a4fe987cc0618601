import pytest

from helpers import compare


@pytest.mark.parametrize("right, n, low, high", [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)])
def test_exact_interval_is_clopper_pearsons(right, n, low, high):
    assert compare.exact_interval(right, n) == pytest.approx((low, high), abs=5e-5)


def test_a_fact_is_recognized_in_any_case():
    assert compare.states_fact("It has a THREE-year warranty.", "three[- ]year")
    assert not compare.states_fact("It has a warranty.", "three[- ]year")
