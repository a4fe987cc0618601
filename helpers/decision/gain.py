"""What a tuned model gains over its life, with the hours of work that it takes."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from ..costs import Payback, payback

DAYS_WITHOUT_END = 365  # counted where the day is not known on which the model is gone


@dataclass(frozen=True)
class Gain:
    """What answers save in `days` days, and what training, work and rent cost, in USD."""

    days: int
    conversations: int
    saved: float
    training: float
    work: float
    rent: float
    payback: Payback

    @property
    def usd(self) -> float:
        """The gain; a loss is below zero, and NaN means that a price is missing."""
        return self.saved - self.training - self.work - self.rent

    @property
    def table(self) -> pd.DataFrame:
        """A row for each amount, in USD."""
        rows = {
            f"saved by {self.conversations:,} conversations in {self.days:,} days": self.saved,
            "training": -self.training,
            "hours of work": -self.work,
            "rent": -self.rent,
            "gain": self.usd,
        }
        return pd.DataFrame({"USD": {name: usd for name, usd in rows.items() if name != "rent" or usd}})


def gain(
    training: float,
    today: float,
    tuned: float,
    *,
    a_day: float,
    start: date | str,
    retires: date | str | None = None,
    hours: float = 0,
    wage: float = 0,
    hosting_a_day: float = 0,
) -> Gain:
    """The gain from `start` to the day before the model retires, in USD.

    `today` and `tuned` are the price of one conversation now and with the tuned model, `hours` of work cost `wage`
    USD each. If `retires` is not known, a year is counted. Raises ValueError if `start` names no day.
    """
    first, end = pd.Timestamp(start), pd.Timestamp(retires)
    if pd.isna(first):
        raise ValueError(f"start is the day of the first answers, such as 2026-11-22, not {start!r}.")
    if hours < 0 or wage < 0 or a_day < 0:
        raise ValueError("hours, wage and conversations a day are 0 or more.")
    last = first + timedelta(DAYS_WITHOUT_END) if pd.isna(end) else end
    days, work = max(0, int((last - first).days)), hours * wage
    paid = payback(
        training + work, today, tuned, a_day=a_day, start=start, retires=retires, hosting_a_day=hosting_a_day
    )
    return Gain(
        days, math.floor(days * a_day), days * a_day * (today - tuned), training, work, days * hosting_a_day, paid
    )
