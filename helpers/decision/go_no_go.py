"""Go or no-go, in two steps: the conditions before a training, and those after it, as tables.

A condition is met (True), not met (False), or not known (None). One that is not met is enough for a no.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from ..plural import plural
from ..stats import duels, exact_interval
from ..training_data import leaks, split_off_answer
from ..training_data.cleaning import TO_BE_WEIGHED
from . import left_out
from .account import Account
from .study import Data, Money
from .text_classifier import like_the_desk

MIN_EXAMPLES = 50  # OpenAI's guide: at least 10 are accepted, and improvements show from 50 to 100 on
GOOD_ENOUGH = 0.9  # share of answers like the desk's from which on no model is needed

MAY_TRAIN = "a model may be trained there"
SOMETHING_IS_LEFT = "an example is left to learn from"

Rows = dict[str, tuple[str, bool | None]]


def conditions(
    data: Data, account: Account, money: Money | None, without_a_model: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """A row for each condition before the training: what was found, and whether it is met.

    `without_a_model` has the answers to the test part, by opponent. Where no example is left to train on, that is the
    only condition beside the account. Money is not a condition on one's own machine, nor if it is None.
    """
    parts = data.parts
    if not parts["train"]:
        why = left_out.in_words(data.examples, data.cleaned, data.findings, data.ignored)
        return _table({SOMETHING_IS_LEFT: (why, False), MAY_TRAIN: (account.says, account.may_train)})
    examples, shared = len(parts["train"]), len(leaks(parts))
    findings = sum(n for kind, n in data.left.counts.items() if kind not in TO_BE_WEIGHED | set(data.ignored))
    weighed = "".join(f"; to be weighed: {kind}" for kind in TO_BE_WEIGHED & data.left.counts.keys())
    rows: Rows = {
        f"at least {MIN_EXAMPLES} examples to learn from": (f"{examples:,}", examples >= MIN_EXAMPLES),
        "no finding is left": (plural(findings, "finding") + weighed, not findings),
        "no question stands in two parts": (f"{shared:,} do", not shared),
        "a search in your own answers is not good enough": _search(without_a_model, _references(parts["test"])),
        MAY_TRAIN: (account.says, account.may_train),
    }
    if money and not account.own_machine:
        usd, gain = money.estimate.usd, money.gain
        rows |= {
            "the training is within the budget": (f"{usd:.2f} of {money.budget:.2f} USD", usd <= money.budget),
            f"it gains at least {money.wanted:,.2f} USD": (
                f"{gain.usd:,.2f} USD in {gain.days:,} days, {gain.work:,.2f} USD of work included",
                gain.usd >= money.wanted,
            ),
        }
    return _table(rows)


def conditions_after(
    before: pd.DataFrame,
    answers: Mapping[str, Sequence[str]],
    references: Sequence[str],
    wanted_share: float,
    prompt_asked: bool = False,
) -> pd.DataFrame:
    """A row for each condition after the training, on the test questions, whose answers by the desk are `references`.

    `before` has the conditions before it: all but whether a model may be trained count on. `answers` has those of
    "tuned" and of all that it is compared with, by name; `prompt_asked` says whether today's prompt is among them. A
    share counts with its exact 95 % interval, a comparison by McNemar's test (see `stats`).
    """
    right = {name: like_the_desk(given, references) for name, given in answers.items()}
    low, high = exact_interval(sum(right["tuned"]), len(references))
    first = before.drop(index=MAY_TRAIN)
    rows: Rows = {
        "the first verdict was go": (verdict(first), _all(list(first.met))),
        f"at least {wanted_share:.0%} of its answers are like the desk's": (
            f"{_share(right['tuned'])}, 95 % interval {low:.0%} to {high:.0%}",
            True if low >= wanted_share else False if high < wanted_share else None,
        ),
    }
    for duel in duels(right, [("tuned", name) for name in right if name != "tuned"]):
        better = (duel.only_a > duel.only_b) if duel.p < 0.05 else None
        rows[f"it is better than: {duel.b}"] = (
            f"{_share(right['tuned'])} against {_share(right[duel.b])}. {duel}",
            better,
        )
    if not prompt_asked:
        rows["it is better than: today's prompt"] = "its text was not given, so nobody was asked with it", None
    return _table(rows)


def verdict(conditions: pd.DataFrame) -> str:
    """Go, or no-go with the conditions that are not met, or not yet with those that are not known."""
    if SOMETHING_IS_LEFT in conditions.index:
        return f"No-go: nothing is left, because {conditions.found[SOMETHING_IS_LEFT]}."
    return _verdict(conditions, "Go.", "No-go", "Not yet")


def verdict_after(conditions: pd.DataFrame) -> str:
    """Whether to use the tuned model."""
    return _verdict(conditions, "Use it.", "Do not use it", "Not decided")


def _verdict(conditions: pd.DataFrame, go: str, no_go: str, open_: str) -> str:
    unmet, unknown = (list(conditions.index[[met is is_ for met in conditions.met]]) for is_ in (False, None))
    not_known = f"Not known whether: {'; '.join(unknown)}." if unknown else ""
    if unmet:
        return f"{no_go}. Not met: {'; '.join(unmet)}. {not_known}".strip()
    return f"{open_}. {not_known}" if unknown else go


def _search(answers: Mapping[str, Sequence[str]], references: Sequence[str]) -> tuple[str, bool | None]:
    if not references or not answers:
        return "nobody searched" if references else "there is no test question", None
    right = {name: like_the_desk(given, references) for name, given in answers.items()}
    best = max(right, key=lambda name: sum(right[name]))
    low, high = exact_interval(sum(right[best]), len(references))
    return f"{best}: {_share(right[best])} like the desk's, 95 % interval {low:.0%} to {high:.0%}", low < GOOD_ENOUGH


def _references(examples: list[dict]) -> list[str]:
    return [split_off_answer(example)[1] for example in examples]


def _all(met: list[bool | None]) -> bool | None:
    return False if False in met else None if None in met else True


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)} of {len(right)}"


def _table(rows: Rows) -> pd.DataFrame:
    found, met = zip(*rows.values(), strict=True)
    known = [None if one is None else bool(one) for one in met]
    return pd.DataFrame({"met": pd.Series(known, dtype=object).values, "found": found}, index=list(rows))
