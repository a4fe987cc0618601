import pandas as pd
import pytest

from helpers import costs, tokens

MINI = "gpt-4.1-mini-2025-04-14"


def test_tuned_names_use_the_base_models_tokenizer():
    assert tokens.encoding(f"ft:{MINI}:org:t1000:abc").name == tokens.encoding(MINI).name == "o200k_base"
    assert tokens.encoding("gpt-3.5-turbo").name == "cl100k_base"
    assert tokens.encoding("some-model-of-tomorrow").name == "o200k_base"


def test_three_messages_are_billed_with_13_tokens_more_than_their_contents():
    example = {"messages": [{"role": r, "content": "hello world"} for r in ("system", "user", "assistant")]}
    assert tokens.billed(example, MINI) == 3 * tokens.count("hello world", MINI) + 13


@pytest.mark.parametrize("examples, epochs", [(10, 10), (24, 4), (40, 3), (1000, 3), (10_000, 2), (30_000, 1)])
def test_epochs_when_auto_are_those_of_real_jobs(examples, epochs):
    assert tokens.epochs_when_auto(examples) == epochs


def test_openais_launch_example_costs_2_40():
    launch = costs.price("gpt-3.5-turbo", "2023-08-22")
    assert costs.training_usd(100_000, 3, launch) == pytest.approx(2.40)


def test_a_price_is_that_of_its_day():
    assert costs.price("gpt-3.5-turbo", "2024-01-01").tuned_input == 12
    assert costs.price("gpt-3.5-turbo", "2026-10-01").tuned_input == 3
    assert costs.price(f"ft:{MINI}:org::id", "2026-11-22").tuned_input == 0.8


@pytest.mark.parametrize("model, day, words", [
    ("gpt-9", "2026-11-22", "no price for gpt-9"),
    ("gpt-3.5-turbo", "2023-01-01", "no price"),
    ("gpt-3.5-turbo", "2026-11-22", "retired on 2026-10-23"),
])  # fmt: skip
def test_no_price_is_said_in_a_sentence(model, day, words):
    with pytest.raises(KeyError, match=words):
        costs.price(model, day)


def test_break_even():
    assert costs.break_even(10, 0.02, 0.01) == pytest.approx(1000)
    assert costs.break_even(10, 0.01, 0.01) == float("inf")


def test_answers_cost_by_kind():
    row = costs.price(MINI, "2026-11-22")
    assert costs.answers_usd(1000, 100, row, tuned=True, n=1000) == pytest.approx(0.8 + 0.32)
    assert costs.answers_usd(1000, 100, row, tuned=False, n=1000) == pytest.approx(0.4 + 0.16)


def test_a_budget_refuses():
    costs.check_budget(1.0, 1.0)
    with pytest.raises(costs.OverBudget, match="Nothing was started"):
        costs.check_budget(1.01, 1.0)


def test_every_price_has_a_day_and_a_source():
    table = costs.prices()
    assert table.source.str.len().gt(0).all() and table.as_of.notna().all()
    assert table[table.retires.notna()].retirement_source.notna().all()
    assert pd.api.types.is_datetime64_any_dtype(table.retires)
