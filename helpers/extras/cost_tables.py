"""The tables of lesson 6: what a conversation costs with each prompt, and how many pay for hours of work."""

import re
from collections.abc import Iterable

import pandas as pd

from ..costs import answers_usd, break_even
from ..tokens import Conversation


def usd_a_conversation(used: dict[str, Conversation], price_list: pd.DataFrame, cached_share: float) -> pd.DataFrame:
    """A row for each model of the prices, which are indexed by it, a column for each prompt; NaN without a price.

    `used`: tokens by prompt. That of "tuned" is asked of the tuned model. "handbook, cached" is the column of the
    prompt "whole handbook" with this share of it, from 0 to 1, billed at the cached price.
    """

    def column(kind: str, cached: float = 0) -> list[float]:
        prompt, written, _ = used[kind]
        return [
            answers_usd(prompt, written, row, tuned=kind == "tuned", cached_tokens=cached * prompt)
            for _, row in price_list.iterrows()
        ]

    columns = {
        "whole handbook": column("whole handbook"),
        "handbook, cached": column("whole handbook", cached_share),
        "three entries": column("three entries"),
        "tuned": column("tuned"),
    }
    return pd.DataFrame(columns, index=price_list.index)


def until_paid(training: pd.Series, saved: pd.DataFrame, wage: float, hours: Iterable[float]) -> pd.DataFrame:
    """Conversations until training and work have paid, by hours of work: a column for each cell of `saved`; inf: never.

    `training` in USD by model, `saved` in USD by a conversation: a row for each model, a column for each opponent.
    `wage` in USD an hour.
    """
    worked, once = list(hours), training.to_dict()
    lines = {
        f"{_undated(str(model))} against {kind}": [break_even(once[model] + n * wage, usd, 0) for n in worked]
        for model, row in saved.iterrows()
        for kind, usd in row.items()
    }
    return pd.DataFrame(lines, index=worked)


def _undated(model: str) -> str:
    """A model's name without its day, for the legend."""
    return re.sub(r"-\d{4}-\d\d-\d\d$", "", model)
