"""Prices by day, and what can and cannot pay for itself."""

import math
import re
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import costs, prices
from helpers.extras import claims

MINI, TURBO = "gpt-4.1-mini-2025-04-14", "gpt-3.5-turbo"
USD = st.floats(0, 1e6)


def test_every_price_has_days_a_source_and_a_word_on_its_retirement():
    table = prices.table()
    assert table.source.str.len().gt(0).all() and table.retirement_source.str.len().gt(0).all()
    assert table.source_url.str.match(r"https://\S+$").all()
    assert table.valid_from.str.fullmatch(r"\d{4}-\d\d(-\d\d)?").all()
    assert pd.api.types.is_datetime64_any_dtype(table.retires)
    for _, rows in table.groupby("model"):  # one price after the other, the last until the model is gone
        rows = rows.sort_values("valid_from")
        assert rows.valid_until.tolist()[:-1] == rows.valid_from.tolist()[1:]
        gone = rows.retires.iloc[-1]
        assert rows.valid_until.iloc[-1] == str(gone.date()) if pd.notna(gone) else rows.valid_until.isna().iloc[-1]


@pytest.mark.parametrize(
    "model, day, tuned_input, known",
    [
        (TURBO, "2023-08-22", 12, "price of 2023-08-22 (OpenAI at the launch of fine-tuning)"),
        (TURBO, "2023-08-23", 12, "By 2026-09, on a day that is not known, it changed: tuned_input 12 → 3"),
        (TURBO, "2026-08-31", 12, "on a day that is not known"),
        (TURBO, "2026-09-01", 3, "price of 2026-09 (OpenAI price page, copy of September 2026)"),
        (TURBO, "2026-10-22", 3, "the last one known"),
        (f"ft:{TURBO}:org::id", date(2026, 9, 30), 3, "price of 2026-09"),
        (MINI, "2027-01-13", 0.8, "the last one known"),
        ("gpt-6-luna", "2030-01-01", None, "OpenAI page of the model), the last one known"),
    ],
)
def test_the_price_of_a_day_says_how_sure_it_is(model, day, tuned_input, known):
    row = prices.price(model, day)
    assert known in row.known
    assert row.tuned_input == tuned_input if tuned_input else math.isnan(row.tuned_input)


@pytest.mark.parametrize(
    "asked, taken",
    [
        ("gpt-4.1-mini", MINI),
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
        ("ft:gpt-4.1-mini:org::id", MINI),
        ("gpt-35-turbo", TURBO),
        ("gpt-35-turbo-0125", TURBO),
        ("gpt-3.5-turbo-1106", TURBO),
    ],
)
def test_a_name_without_its_date_or_in_azures_spelling_has_the_price_of_its_model(asked, taken):
    row = prices.price(asked, "2026-10-01")
    assert row.model == taken and f"taken for {taken}: price of" in row.known


@pytest.mark.parametrize("name", ["gpt-4-turbo", "gpt", "gpt-4.1-mini-2024-01-01-preview", "o3-2025-04-16"])
def test_a_name_that_only_begins_alike_has_no_price(name):
    with pytest.raises(costs.NoPrice, match=re.escape(repr(name))):
        prices.price(name, "2026-10-01")


@pytest.mark.parametrize(
    "model, day, words",
    [
        (TURBO, "2023-08-21", "on 2023-08-21; the first known one is of 2023-08-22"),
        (TURBO, "2026-10-23", "retired on 2026-10-23"),
        (MINI, "2026-08-31", "the first known one is of 2026-09"),
        (MINI, "2027-01-14", "retired on 2027-01-14"),
        ("gpt-4.1-nano-2025-04-14", "2026-11-22", "retired on 2026-10-23"),
        ("gpt-4.1-nano", "2026-11-22", "gpt-4.1-nano, which is taken for gpt-4.1-nano-2025-04-14, was retired on"),
        ("gpt-35-turbo", "2026-11-22", "gpt-35-turbo, which is taken for gpt-3.5-turbo, was retired on 2026-10-23"),
        ("gpt-4.1-mini", "2026-08-31", "no price for gpt-4.1-mini, which is taken for gpt-4.1-mini-2025-04-14, on"),
        ("gpt-9", "2026-11-22", "no price for 'gpt-9'; it has: gpt-4.1"),
    ],
)
def test_where_no_price_is_known_it_says_so(model, day, words):
    with pytest.raises(costs.NoPrice, match=words):
        prices.price(model, day)


@given(st.dates(date(2023, 1, 1), date(2030, 1, 1)), st.sampled_from(prices.table().model.unique().tolist()))
def test_a_price_comes_from_a_copy_that_is_no_younger_than_the_day(day, model):
    try:
        row = prices.price(model, day)
        assert row.valid_from <= day.isoformat() and not row.retires <= pd.Timestamp(day) and row.known
    except costs.NoPrice as error:
        assert day.isoformat() in str(error)


def test_cached_and_batch_prices():
    row = prices.price(MINI, "2026-11-22")
    assert costs.answers_usd(1000, 100, row, tuned=False, n=1000, cached_tokens=1000) == pytest.approx(0.1 + 0.16)
    assert costs.answers_usd(1000, 100, row, tuned=True, n=1000, batch_discount=0.25) == pytest.approx(0.75 * 1.12)
    turbo = prices.price(TURBO, "2026-10-01")
    assert costs.answers_usd(9, 0, turbo, tuned=True) > 0  # it has no cached price
    assert math.isnan(costs.answers_usd(9, 0, turbo, tuned=True, cached_tokens=1))
    for wrong in ({"cached_tokens": 1001}, {"cached_tokens": -1}, {"batch_discount": 50}):
        with pytest.raises(ValueError, match="batch_discount a share"):
            costs.answers_usd(1000, 100, row, tuned=True, **wrong)


def test_hosting_and_electricity():
    assert costs.hosting_usd(24) == pytest.approx(40.80) == costs.hosting_usd(24, "Standard")
    assert costs.hosting_usd(24, "Developer") == 0
    with pytest.raises(ValueError, match="after 24 hours"):
        costs.hosting_usd(25, "Developer")
    assert costs.local_usd(60, watts=500, usd_per_kwh=0.40) == pytest.approx(0.20)


def test_rewards_are_billed_by_the_hour():
    assert costs.reinforcement_usd(2.55) == pytest.approx(255)


def payback(training=10, base=0.02, tuned=0.01, a_day=100, start="2026-11-22", **more):
    return costs.payback(training, base, tuned, a_day=a_day, start=start, **more)


@pytest.mark.parametrize(
    "retires, day",
    [
        (None, date(2026, 12, 1)),  # ten days, and the first one counts
        (pd.NaT, date(2026, 12, 1)),
        ("2027-01-14", date(2026, 12, 1)),
        ("2026-12-02", date(2026, 12, 1)),  # the last day before it is gone
        ("2026-12-01", None),
        ("2026-11-22", None),
        ("2023-01-01", None),
    ],
)
def test_payback_comes_before_the_model_is_gone_or_never(retires, day):
    assert payback(retires=retires).day == day
    assert str(payback(retires=retires)).startswith(str(day or "never: it takes 10 days"))


@pytest.mark.parametrize(
    "change, day, why",
    [
        ({"tuned": 0.02}, None, "saves nothing"),
        ({"a_day": 0}, None, "saves nothing"),
        ({"hosting_a_day": 1.0}, None, "saves nothing"),
        ({"hosting_a_day": 0.5}, date(2026, 12, 11), "20 days"),
        ({"training": math.nan}, None, "a price is missing"),
        ({"tuned": math.nan}, None, "a price is missing"),
        ({"training": 0}, date(2026, 11, 22), "1 day,"),
        ({"training": 0, "retires": "2026-11-22"}, None, "gone in 0"),
        ({"training": 1e300}, None, "it takes"),
    ],
)
def test_the_edges_of_payback(change, day, why):
    found = payback(**change)
    assert found.day == day and why in found.why


@given(USD, USD, USD, USD, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 4000), USD)
def test_payback_agrees_with_its_own_arithmetic(training, base, tuned, a_day, start, days_left, hosting):
    end = start + timedelta(days_left)
    found = costs.payback(training, base, tuned, a_day=a_day, start=start, retires=end, hosting_a_day=hosting)
    saved = a_day * (base - tuned) - hosting
    if found.day:
        served = (found.day - start).days + 1
        assert served <= days_left and saved * served >= training * (1 - 1e-6)
        assert served == 1 or saved * (served - 1) <= training * (1 + 1e-6)
    else:
        assert saved * days_left <= training * (1 + 1e-6) or saved <= 0 or days_left == 0


def examples(n, **more):
    messages = [{"role": role, "content": "hello world"} for role in ("system", "user", "assistant")]
    return [{"messages": messages} | more] * n


def test_an_estimate_shows_all_it_rests_on():
    found = costs.estimate(iter(examples(24)), f"ft:{MINI}:org::id", on="2026-11-22")
    assert (found.bill.tokens, found.epochs) == (24 * 19, 4) and found.usd == pytest.approx(24 * 19 * 4 * 5 / 1e6)
    for words in ("about 0.01 USD for 4 epochs", "456 tokens an epoch", "o200k_base", "copy of September 2026"):
        assert words in str(found)
    assert "Assumed: how OpenAI bills tools" in str(costs.estimate(examples(10, tools=[{}]), MINI, 2, "2026-11-22"))


def test_many_answers_cost_at_most_what_the_longest_would():
    prompts = [
        [{"role": "user", "content": "word" + " word" * 994}]
    ] * 1000  # 1,000 tokens with those of the chat format
    base, tuned = (costs.answers_at_most(prompts, name, 100, "2026-11-22") for name in (MINI, f"ft:{MINI}:org::id"))
    assert (base, tuned) == pytest.approx((0.4 + 0.16, 0.8 + 0.32))
    with pytest.raises(costs.NoPrice):
        costs.answers_at_most(prompts, "SmolLM2-135M-Instruct", 100, "2026-11-22")


@pytest.mark.parametrize(
    "model, n_epochs, n, error, words",
    [
        (MINI, "auto", 0, ValueError, "no example"),
        (MINI, 0, 10, ValueError, "from 1 to 50"),
        (MINI, 51, 10, ValueError, "from 1 to 50"),
        (MINI, -3, 10, ValueError, "from 1 to 50"),
        (MINI, "many", 10, ValueError, "from 1 to 50"),
        ("gpt-5.6-luna", 3, 10, costs.NoPrice, "cannot be tuned"),
        ("SmolLM2-135M-Instruct", 3, 10, costs.NoPrice, "no price"),
    ],
)
def test_what_cannot_be_estimated(model, n_epochs, n, error, words):
    with pytest.raises(error, match=words):
        costs.estimate(examples(n), model, n_epochs, "2026-11-22")


@pytest.mark.parametrize("usd, budget", [(1.01, 1), (0, -1), (math.nan, 1), (1, math.nan), (math.inf, 1)])
def test_a_budget_refuses_what_is_not_within_it(usd, budget):
    with pytest.raises(costs.OverBudget, match="Nothing was started"):
        costs.check_budget(usd, budget)


def talks(question, system="Be brief."):
    texts = {"system": system, "user": question, "assistant": "Please rinse the filter and let it dry for a day."}
    return [{"messages": [{"role": role, "content": text} for role, text in texts.items()]}]


def judged(
    handbook=900, entries=30, english="The filter is clogged again", german="Der Filter ist schon wieder verstopft"
):
    """The verdicts by claim, for long prompts of so many words and texts in two languages."""
    lengths = {"tuned": 2, "whole handbook": handbook, "three entries": entries}
    asked = {kind: talks("Why is it loud?", "fact " * words) for kind, words in lengths.items()}
    return claims.verdicts(asked, [english], [german]).set_index("claim")


def test_who_was_right_is_computed_from_the_prices_of_the_day(monkeypatch):
    verdict = judged().verdict
    assert verdict.str.fullmatch(r"(half )?right|wrong|.+ in 2023, .+ in 2026").all()
    assert verdict["OpenAI: 100,000 tokens × 3 epochs cost 2.40 USD"] == "right"
    assert verdict["A tuned model costs 8 times as much for input and output"] == "right in 2023, wrong in 2026"
    assert verdict["3 times as much for input, 4 times for output"] == "wrong in 2023, half right in 2026"

    doubled = prices.table().assign(tuned_input=lambda t: 2 * t.tuned_input)
    monkeypatch.setattr(prices, "table", lambda: doubled)
    changed = judged().verdict
    assert changed["A tuned model costs 8 times as much for input and output"] == "half right in 2023, wrong in 2026"


def test_gpt_4_has_its_launch_price_so_that_claims_about_it_can_be_judged():
    assert (prices.price("gpt-4", "2023-08-22").base_input, prices.price("gpt-4-0613", "2024-01-01").base_output) == (
        30,
        60,
    )
    verdict = judged().verdict
    assert verdict["GPT-3.5 costs less than a tenth of GPT-4"] == "right"
    assert verdict["Tuned, it costs about a third of GPT-4"] == "right in 2023, wrong in 2026"


@pytest.mark.parametrize(
    "handbook, entries, verdict",
    [(900, 900, "right"), (900, 10, "right"), (10, 900, "right"), (2, 2, "wrong"), (10, 10, "wrong")],
)
def test_up_to_is_measured_against_the_longest_prompt(handbook, entries, verdict):
    assert judged(handbook, entries).verdict["Prompts shrink by up to 90 %"] == verdict


def test_words_and_tokens_are_counted_in_the_given_texts():
    found = judged(english="one two three four", german="Staubsaugerbürstenrolle")
    assert found.found["1,000 tokens are about 750 English words"] == "1.00"  # each word is a token
    assert found.verdict["1,000 tokens are about 750 English words"] == "wrong"
    tokens_a_word = "A word takes 1 to 1.5 tokens"
    assert found.found[tokens_a_word].startswith("1.00 and ") and found.verdict[tokens_a_word] == "half right"


def test_what_depends_on_no_price_is_found_once():
    found = judged().found
    assert (
        found["A tuned model costs 8 times as much for input and output"]
        == "8.00 and 8.00 in 2023, 6.00 and 4.00 in 2026"
    )
    assert " in 20" not in found["A word takes 1 to 1.5 tokens"]
