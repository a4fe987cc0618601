"""Dated prices in USD for a million tokens, from `data/prices.csv`."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from .paths import ROOT
from .tokenizer import base_model

AMOUNTS = ["training", "tuned_input", "tuned_cached", "tuned_output", "base_input", "base_cached", "base_output"]


class NoPrice(KeyError):
    """No price is known for this model and day; the message says what is."""

    def __str__(self) -> str:
        return self.args[0]


def table(path: Path = ROOT / "data" / "prices.csv") -> pd.DataFrame:
    """All known prices. A model has a row for each archived copy of a source whose prices differ from the copy before.

    `valid_from`: the day of the copy, or its month where only that is known. `valid_until`: the day by which the
    price no longer held, because a later copy shows another one or the model was gone; empty if neither is known.
    Both are texts, as some sources name a day and others a month. `retires`: the day on which the model is gone, a
    timestamp. The columns of AMOUNTS are USD for a million tokens.
    """
    return pd.read_csv(path, parse_dates=["retires"], dtype={"valid_from": str, "valid_until": str})


def price(model: str, on: date | str | None = None) -> pd.Series:
    """The price of a model (also by its `ft:` name) on a day (default: today): a row of `table`.

    A name without its date stands for the newest model of that name. It is the price of the last copy before that day;
    the entry `known` says how certain that is, and which model an undated name was taken for. Raises NoPrice (a
    KeyError) where no copy is old enough, and from the day on which the model is gone.
    """
    day = pd.Timestamp(on or date.today()).strftime("%Y-%m-%d")
    asked = base_model(model)
    known = table()
    name = _listed(asked, known.model)
    rows = known.loc[known.model == name].sort_values("valid_from")
    if rows.empty:
        raise NoPrice(f"data/prices.csv has no price for {name!r}; it has: {', '.join(known.model.unique())}.")
    named = name if name == asked else f"{asked}, which is taken for {name},"
    if (gone := rows.retires.iloc[-1]) <= pd.Timestamp(day):
        raise NoPrice(f"{named} was retired on {gone.date()}; it has no price on {day}.")
    rows = rows[rows.valid_until.fillna("9999") > day]  # ISO dates sort as texts, and a month before its days
    row = rows.iloc[0].copy()
    if row.valid_from > day:
        raise NoPrice(f"data/prices.csv has no price for {named} on {day}; the first known one is of {row.valid_from}.")
    certainty = _certainty(row, rows.iloc[1] if len(rows) > 1 else None, day)
    row["known"] = certainty if name == asked else f"{asked} is taken for {name}: {certainty}"
    return row


def _listed(name: str, listed: Iterable[str]) -> str:
    """The listed model that a name means: itself, or the newest with a date behind the name, or the one without.

    Microsoft writes gpt-35-turbo for gpt-3.5-turbo.
    """
    listed, plain = set(listed), name.replace("gpt-35-", "gpt-3.5-")
    dated = sorted(one for one in listed if re.fullmatch(rf"{re.escape(plain)}-\d{{4}}-\d\d-\d\d", one))
    undated = re.sub(r"-(\d{4}-\d\d-\d\d|\d{4})$", "", plain)
    return next((one for one in (plain, *reversed(dated), undated) if one in listed), name)


def _certainty(row: pd.Series, later: pd.Series | None, day: str) -> str:
    seen = f"price of {row.valid_from} ({row.source})"
    if day.startswith(row.valid_from):
        return seen
    if later is None:
        return f"{seen}, the last one known"
    differ = [name for name in AMOUNTS if row.loc[name] != later.loc[name] and row.loc[name] > 0]
    changes = ", ".join(f"{name} {row.loc[name]:g} → {later.loc[name]:g}" for name in differ)
    return f"{seen}. By {later.valid_from}, on a day that is not known, it changed: {changes}"
