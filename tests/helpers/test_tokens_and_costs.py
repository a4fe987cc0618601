"""Tokens, prices, estimates and budgets."""

import pytest

from helpers import costs, prices, tokens

MINI = "gpt-4.1-mini-2025-04-14"


@pytest.mark.parametrize("examples, epochs", [(10, 10), (24, 4), (40, 3), (1000, 3), (10_000, 2), (30_000, 1)])
def test_epochs_when_auto_are_those_of_real_jobs(examples, epochs):
    assert tokens.epochs_when_auto(examples) == epochs


def test_openais_launch_example_costs_2_40():
    launch = prices.price("gpt-3.5-turbo", "2023-08-22")
    assert costs.training_usd(100_000, 3, launch) == pytest.approx(2.40)


def test_break_even():
    assert costs.break_even(10, 0.02, 0.01) == pytest.approx(1000)
    assert costs.break_even(10, 0.01, 0.01) == float("inf")


def test_answers_cost_by_kind():
    row = prices.price(MINI, "2026-11-22")
    assert costs.answers_usd(1000, 100, row, tuned=True, n=1000) == pytest.approx(0.8 + 0.32)
    assert costs.answers_usd(1000, 100, row, tuned=False, n=1000) == pytest.approx(0.4 + 0.16)


def test_a_budget_lets_pass_what_is_within_it():
    costs.check_budget(1.0, 1.0)
