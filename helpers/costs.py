"""From tokens to money, and from money to a decision. All amounts are in USD."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from pandas.api.typing import NaTType

from .plural import plural
from .prices import NoPrice, price
from .tokenizer import base_model
from .tokens import Bill, bill, epochs_when_auto

MILLION = 1_000_000
# USD an hour that a tuned model stands ready at Microsoft Foundry, by its page of 2026-03-19, as an example; that of
# 2026-10-05 names no amount. Look it up.
FOUNDRY_HOUR = {"Standard": 1.70, "GlobalStandard": 1.70, "Developer": 0.0}
# USD for an hour of training by rewards at OpenAI, for o4-mini-2025-04-16, which is gone since 2026-10-23. By a copy
# without a day of https://help.openai.com/en/articles/11323177-billing-guide-for-the-reinforcement-fine-tuning-api.
REINFORCEMENT_HOUR = 100.0
DEVELOPER_HOURS = 24  # after these, Foundry removes a Developer deployment


class OverBudget(RuntimeError):
    """Something would cost more than the reader allowed; nothing was started."""


def training_usd(tokens_per_epoch: int, epochs: int, price: pd.Series) -> float:
    """The price of a training: each epoch bills each token once. `price` is a row of `prices.table`."""
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
    """The price of `n` answers (or conversations) of so many tokens each; NaN if the model has no such price.

    `cached_tokens`: how many of the prompt's tokens are billed at the cached price. `batch_discount`: the share by
    which a batch is cheaper, from 0 to 1; `data/prices.csv` does not know it, so look it up. Raises ValueError.
    """
    if not 0 <= cached_tokens <= prompt_tokens or not 0 <= batch_discount <= 1:
        raise ValueError("cached_tokens must be part of prompt_tokens, and batch_discount a share from 0 to 1.")
    kind = "tuned" if tuned else "base"
    usd = (prompt_tokens - cached_tokens) * price.loc[f"{kind}_input"] + completion_tokens * price.loc[f"{kind}_output"]
    if cached_tokens:
        usd += cached_tokens * price.loc[f"{kind}_cached"]
    return n * usd * (1 - batch_discount) / MILLION


def answers_at_most(prompts: list[list[dict]], model: str, max_tokens: int, on: date | str | None = None) -> float:
    """The price of answers of `max_tokens` each to these prompts, on a day (default: today). Raises NoPrice."""
    row = price(model, on)  # first, as counting has to load a tokenizer
    prompt_tokens = bill(({"messages": prompt} for prompt in prompts), model).tokens
    return answers_usd(prompt_tokens, max_tokens * len(prompts), row, tuned=base_model(model) != model)


def hosting_usd(hours: float, deployment: str = "GlobalStandard") -> float:
    """The rent of a tuned model at Microsoft Foundry, whether it is asked or not. Tokens come on top.

    `deployment` is a key of FOUNDRY_HOUR. Raises ValueError if that kind does not last so long.
    """
    if deployment == "Developer" and hours > DEVELOPER_HOURS:
        raise ValueError(f"Foundry removes a Developer deployment after {DEVELOPER_HOURS} hours.")
    return hours * FOUNDRY_HOUR[deployment]


def reinforcement_usd(hours: float) -> float:
    """The price of a training by the method reinforcement; the tokens of a model that grades come on top.

    Supervised training and dpo are billed by their tokens instead: see `estimate`.
    """
    return hours * REINFORCEMENT_HOUR


def local_usd(minutes: float, watts: float, usd_per_kwh: float) -> float:
    """The electricity that a training on your own machine takes. Measure the minutes; look up watts and price."""
    return minutes / 60 * watts / 1000 * usd_per_kwh


def break_even(training: float, base_answer: float, tuned_answer: float) -> float:
    """The number of answers after which a training has paid for itself; inf if it never does, NaN without a price."""
    saved = base_answer - tuned_answer
    return float("inf") if saved <= 0 else training / saved


@dataclass(frozen=True)
class Payback:
    """The day on which a training has paid for itself, None for never, and why."""

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
    """The day on which a training has paid for itself, with `a_day` answers a day from `start` on.

    `training`, `base_answer`, `tuned_answer` and `hosting_a_day` are in USD. The last day that counts is the one
    before the model retires; leave `retires` out if it is not known. Raises ValueError if `start` names no day.
    """
    saved = a_day * (base_answer - tuned_answer) - hosting_a_day
    if not math.isfinite(training + saved):
        return Payback(None, "a price is missing: this model cannot be tuned, or not be asked")
    if saved <= 0:
        return Payback(None, f"it saves nothing, but costs {-saved:,.2f} USD a day more")
    first, end = _day(start), _day(retires) or date.max
    if first is None:
        raise ValueError(f"start is the day of the first answers, such as 2026-11-22, not {start!r}.")
    left = (end - first).days
    needed = max(1, round(training / saved, 9))  # rounded, so that 1.0000000000000002 is one day
    days = math.ceil(min(needed, date.max.toordinal()))
    until = f"the model is gone in {max(left, 0):,}" if end < date.max else "no end is known"
    return Payback(
        first + timedelta(days - 1) if days <= left else None, f"it takes {plural(days, 'day')}, and {until}"
    )


def _day(when: date | str | None) -> date | None:
    """The day that a date, a timestamp or a text names; None if it names none."""
    stamp = pd.Timestamp(when)
    return None if isinstance(stamp, NaTType) else stamp.date()


@dataclass(frozen=True)
class Estimate:
    """The price of a training: billed tokens, epochs, USD, and how certain the price is."""

    bill: Bill
    epochs: int
    usd: float
    price_known: str

    def __str__(self) -> str:
        return f"about {self.usd:.2f} USD for {plural(self.epochs, 'epoch')}. {self.bill} By the {self.price_known}."


def estimate(
    examples: Iterable[dict], model: str, n_epochs: int | str = "auto", on: date | str | None = None
) -> Estimate:
    """The price of a training on these examples, on a day (default: today).

    Raises ValueError if there is nothing to count, NoPrice if the model has no price for training on that day.
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
    """Raise OverBudget unless the estimate is within the budget. NaN is not."""
    if not estimate_usd <= budget_usd:
        raise OverBudget(
            f"This would cost about {estimate_usd:.2f} USD, above your budget of {budget_usd:.2f} USD. "
            "Nothing was started. Raise budget_usd if you want it."
        )
