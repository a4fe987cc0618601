"""From tokens to money, and from money to a decision. All amounts are USD."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from pandas.api.typing import NaTType

from .prices import NoPrice, price
from .prices import prices as prices  # the lessons say costs.prices()
from .tokens import Bill, base_model, bill, epochs_when_auto

MILLION = 1_000_000
# USD an hour that a tuned model stands ready at Microsoft Foundry, by its page of 2026-03-19, as an example; that of
# 2026-10-05 names no amount. Look it up.
FOUNDRY_HOUR = {"Standard": 1.70, "GlobalStandard": 1.70, "Developer": 0.0}
DEVELOPER_HOURS = 24  # after these, Foundry removes a Developer deployment


class OverBudget(RuntimeError):
    """Something would cost more than the reader allowed; nothing was started."""


def training_usd(tokens_per_epoch: int, epochs: int, price: pd.Series) -> float:
    """What a training costs: every epoch bills every token once."""
    return tokens_per_epoch * epochs * price.training / MILLION


def answers_usd(
    prompt_tokens: float,
    completion_tokens: float,
    price: pd.Series,
    *,
    tuned: bool,
    n: int = 1,
    cached_tokens: float = 0,
    batch_discount: float = 0,
) -> float:
    """What `n` answers (or conversations) cost; NaN if the model has no such price.

    `cached_tokens`: how many of the prompt's tokens are billed at the cached price. `batch_discount`: the share that
    a batch is cheaper, from 0 to 1. It is yours to look up: `data/prices.csv` does not know it.
    """
    if not 0 <= cached_tokens <= prompt_tokens or not 0 <= batch_discount <= 1:
        raise ValueError("cached_tokens must be part of prompt_tokens, and batch_discount a share from 0 to 1.")
    kind = "tuned" if tuned else "base"
    usd = (prompt_tokens - cached_tokens) * price.loc[f"{kind}_input"] + completion_tokens * price.loc[f"{kind}_output"]
    if cached_tokens:
        usd += cached_tokens * price.loc[f"{kind}_cached"]
    return n * usd * (1 - batch_discount) / MILLION


def answers_at_most(prompts: list[list[dict]], model: str, max_tokens: int, on: date | str | None = None) -> float:
    """What the answers to these prompts cost on a day if each is `max_tokens` long. Raises NoPrice as `price` does."""
    row = price(model, on)  # first: without one, no tokenizer need be loaded
    read = bill(({"messages": prompt} for prompt in prompts), model).tokens
    return answers_usd(read, max_tokens * len(prompts), row, tuned=base_model(model) != model)


def hosting_usd(hours: float, deployment: str = "GlobalStandard") -> float:
    """What a tuned model costs at Microsoft Foundry for standing ready, asked or not. Tokens come on top."""
    if deployment == "Developer" and hours > DEVELOPER_HOURS:
        raise ValueError(f"Foundry removes a Developer deployment after {DEVELOPER_HOURS} hours.")
    return hours * FOUNDRY_HOUR[deployment]


def local_usd(minutes: float, watts: float, usd_per_kwh: float) -> float:
    """What a training on your own machine costs in electricity. Measure the minutes; watts and price are yours."""
    return minutes / 60 * watts / 1000 * usd_per_kwh


def break_even(training: float, base_answer: float, tuned_answer: float) -> float:
    """After how many answers the training has paid for itself; infinity if it never does, NaN if a price is missing."""
    saved = base_answer - tuned_answer
    return float("inf") if saved <= 0 else training / saved


@dataclass(frozen=True)
class Payback:
    """Whether a training pays for itself in time: the day on which it has, None for never, and why."""

    day: date | None
    why: str

    def __str__(self) -> str:
        return f"{self.day or 'never'}: {self.why}"


def payback(
    training: float,
    base_answer: float,
    tuned_answer: float,
    *,
    a_day: float,
    start: date | str,
    retires: date | str | None = None,
    hosting_a_day: float = 0,
) -> Payback:
    """The day on which a training has paid for itself, with `a_day` answers from `start` on, all amounts in USD.

    The last day that counts is the one before the model retires; leave `retires` out where no such day is known.
    """
    saved = a_day * (base_answer - tuned_answer) - hosting_a_day
    if not math.isfinite(training + saved):
        return Payback(None, "a price is missing: this model cannot be tuned, or not be asked")
    if saved <= 0:
        return Payback(None, f"it saves nothing, but costs {-saved:,.2f} USD a day more")
    first, end = _day(start), _day(retires) or date.max
    if first is None:
        raise ValueError("start is the day of the first answers.")
    left = (end - first).days
    needed = max(1, round(training / saved, 9))  # rounded, so that 1.0000000000000002 is one day
    days = math.ceil(min(needed, date.max.toordinal()))
    until = f"the model is gone in {max(left, 0):,}" if end < date.max else "no end is known"
    return Payback(first + timedelta(days - 1) if days <= left else None, f"it takes {days:,} days, and {until}")


def _day(when: date | str | None) -> date | None:
    """The day that a date, a timestamp or a text names, if it names one."""
    stamp = pd.Timestamp(when)
    return None if isinstance(stamp, NaTType) else stamp.date()


@dataclass(frozen=True)
class Estimate:
    """What a training would cost: the tokens billed, epochs, USD, and how sure the price is."""

    bill: Bill
    epochs: int
    usd: float
    price_known: str

    def __str__(self) -> str:
        return f"about {self.usd:.2f} USD for {self.epochs} epochs. {self.bill} By the {self.price_known}."


def estimate(
    examples: Iterable[dict], model: str, n_epochs: int | str = "auto", on: date | str | None = None
) -> Estimate:
    """What a training on these examples costs on a day, today if none is given.

    Raises ValueError where there is nothing to count, NoPrice where the model cannot be tuned then.
    """
    if n_epochs != "auto" and not (isinstance(n_epochs, int) and 1 <= n_epochs <= 50):
        raise ValueError(f'n_epochs is "auto" or a whole number from 1 to 50, not {n_epochs!r}.')
    row = price(model, on)
    if math.isnan(row.training):
        raise NoPrice(f"{base_model(model)} has no price for training: it cannot be tuned.")
    counted = bill(examples, model)
    if not counted.examples:
        raise ValueError("There is no example to train on.")
    epochs = epochs_when_auto(counted.examples) if n_epochs == "auto" else n_epochs
    return Estimate(counted, epochs, training_usd(counted.tokens, epochs, row), row.known)


def check_budget(estimate_usd: float, budget_usd: float) -> None:
    """Raise OverBudget unless the estimate is within the budget, also if one of them is no number."""
    if not estimate_usd <= budget_usd:
        raise OverBudget(
            f"This would cost about {estimate_usd:.2f} USD, above your budget of {budget_usd:.2f} USD. "
            "Nothing was started. Raise budget_usd if you want it."
        )
