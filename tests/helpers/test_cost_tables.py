"""What a conversation costs with each prompt, and how many pay for hours of work."""

import math

import pandas as pd
import pytest

from helpers import costs
from helpers.extras import cost_tables
from helpers.t1000 import lesson6
from helpers.tokens import Conversation

USED = {
    "whole handbook": Conversation(2000, 25, 1.0),
    "three entries": Conversation(150, 25, 1.0),
    "tuned": Conversation(40, 25, 1.0),
}
PRICES = pd.DataFrame(
    {"base_input": [1.0, 0.2], "base_cached": [0.5, 0.1], "base_output": [4.0, 0.8]}
    | {"tuned_input": [2.0, None], "tuned_output": [8.0, None], "tuned_cached": [1.0, None]},
    index=["old-2025-04-14", "new"],
)


def test_each_prompt_is_paid_by_its_tokens():
    table = cost_tables.usd_a_conversation(USED, PRICES, 0.5)
    assert table.loc["old-2025-04-14"].tolist() == pytest.approx([0.0021, 0.0016, 0.00025, 0.00028])
    assert table.isna().sum().to_dict()["tuned"] == 1 and table.isna().sum().sum() == 1  # new cannot be tuned


def test_hours_are_paid_by_what_is_saved_and_never_by_what_is_not():
    saved = pd.DataFrame({"whole handbook": [0.002], "three entries": [-0.001]}, index=["old-2025-04-14"])
    table = cost_tables.until_paid(pd.Series({"old-2025-04-14": 10.0}), saved, 50, [0, 2])
    assert table["old against whole handbook"].tolist() == pytest.approx([5_000, 55_000])
    assert table["old against three entries"].tolist() == [math.inf, math.inf]
    assert table.index.tolist() == [0, 2] and costs.break_even(10, 0.002, 0) == pytest.approx(5_000)


def test_the_same_conversations_have_three_prompts():
    asked = lesson6.conversations()
    assert {len(talks) for talks in asked.values()} == {300}
    for talks in zip(*asked.values(), strict=True):
        assert len({str(talk["messages"][1:]) for talk in talks}) == 1
    entries = {kind: talks[0]["messages"][0]["content"].count("\n- ") for kind, talks in asked.items()}
    assert entries == {"whole handbook": 66, "three entries": 3, "tuned": 0}


def test_texts_are_what_customers_and_desk_say():
    english, german = lesson6.texts("en"), lesson6.texts("de")
    assert len(english) >= 600 and len(german) > 100 and not {*english} & {*german}
