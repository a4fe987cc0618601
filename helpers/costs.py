"""From tokens to money, with dated prices (USD for a million tokens, `data/prices.csv`)."""

from datetime import date
from pathlib import Path

import pandas as pd

from .paths import ROOT
from .tokens import base_model

MILLION = 1_000_000


class OverBudget(RuntimeError):
    """Something would cost more than the reader allowed; nothing was started."""


def prices(path: Path = ROOT / "data" / "prices.csv") -> pd.DataFrame:
    """All known prices, a row for each model and day they were read; dates as timestamps."""
    return pd.read_csv(path, parse_dates=["as_of", "retires"])


def price(model: str, on: date | str | None = None) -> pd.Series:
    """The newest known price of a model (also by its `ft:` name) on a day, today if none is given.

    Raises KeyError where the table has none, and where the model was retired by then.
    """
    day = pd.Timestamp(on or date.today())
    name = base_model(model)
    known = prices()
    rows = known[(known.model == name) & (known.as_of <= day)]
    if rows.empty:
        raise KeyError(f"data/prices.csv has no price for {name} on {day.date()}; it has: {', '.join(known.model.unique())}.")
    newest = rows.sort_values("as_of").iloc[-1]
    if newest.retires < day:
        raise KeyError(f"{name} was retired on {newest.retires.date()}; it has no price on {day.date()}.")
    return newest


def training_usd(tokens_per_epoch: int, epochs: int, price: pd.Series) -> float:
    """What a training costs: every epoch bills every token once."""
    return tokens_per_epoch * epochs * price.training / MILLION


def answers_usd(prompt_tokens: float, completion_tokens: float, price: pd.Series, *, tuned: bool, n: int = 1) -> float:
    """What `n` answers cost, without cached or batch prices."""
    kind = "tuned" if tuned else "base"
    return n * (prompt_tokens * price[f"{kind}_input"] + completion_tokens * price[f"{kind}_output"]) / MILLION


def break_even(training: float, base_answer: float, tuned_answer: float) -> float:
    """After how many answers the training has paid for itself; infinity if it never does, NaN if a price is missing."""
    saved = base_answer - tuned_answer
    return float("inf") if saved <= 0 else training / saved


def check_budget(estimate_usd: float, budget_usd: float) -> None:
    """Raise OverBudget if the estimate is above the budget."""
    if estimate_usd > budget_usd:
        raise OverBudget(
            f"This would cost about {estimate_usd:.2f} USD, above your budget of {budget_usd:.2f} USD. "
            "Nothing was started. Raise budget_usd if you want it."
        )
