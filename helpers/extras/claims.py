"""What articles of 2023 and 2024 claimed about the cost of tuning, checked against dated prices and counted tokens.

The articles' days are not known, so a claim is checked against each known price of the model they wrote about. An
answer is one of the desk's. Only the claims are written down here; all values are computed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from .. import prices
from ..costs import answers_usd, training_usd
from ..tokens import Conversation, count, per_conversation

MODEL = "gpt-3.5-turbo"


@dataclass(frozen=True)
class Desk:
    """Mean tokens of a conversation with the short prompt, prompt tokens with the long ones, and tokens a word."""

    short: Conversation
    with_handbook: float
    with_entries: float
    english: float
    german: float


@dataclass(frozen=True)
class Claim:
    """A claim, in words and as numbers: `parts` computes one for each range (lowest, highest) in `ranges`."""

    says: str
    measured: str
    ranges: list[tuple[float, float]]
    parts: Callable[[pd.Series, Desk], list[float]]


def verdicts(asked: dict[str, list[dict]], english: list[str], german: list[str]) -> pd.DataFrame:
    """A row for each claim: what was measured, what was found by each known price, and the verdict.

    `asked`: the same conversations with the prompts "tuned", "whole handbook" and "three entries". `english` and
    `german` are texts whose words are counted.
    """
    long_prompts = [per_conversation(asked[kind], MODEL).prompt for kind in ("whole handbook", "three entries")]
    words = [_tokens_a_word(texts) for texts in (english, german)]
    desk = Desk(per_conversation(asked["tuned"], MODEL), *long_prompts, *words)
    known = prices.table().query("model == @MODEL").set_index("valid_from")
    return pd.DataFrame([_verdict(claim, known, desk) for claim in CLAIMS])


def _verdict(claim: Claim, known: pd.DataFrame, desk: Desk) -> dict:
    found, verdicts = {}, {}
    for day, row in known.iterrows():
        parts = claim.parts(row, desk)
        hits = [low <= round(part, 2) <= high for part, (low, high) in zip(parts, claim.ranges, strict=True)]
        found[day] = " and ".join(f"{part:.2f}" for part in parts)
        verdicts[day] = "right" if all(hits) else "half right" if any(hits) else "wrong"
    return {"claim": claim.says, "measured": claim.measured, "found": _once(found), "verdict": _once(verdicts)}


def _once(by_day: dict[str, str]) -> str:
    """What holds on all days, or else what held in which year."""
    if len(set(by_day.values())) == 1:
        return next(iter(by_day.values()))
    return ", ".join(f"{said} in {day[:4]}" for day, said in by_day.items())


def _about(value: float) -> tuple[float, float]:
    """The range that "about" means: a quarter less or more."""
    return 0.75 * value, 1.25 * value


def _tokens_a_word(texts: list[str]) -> float:
    """Mean tokens of a word; words are what stands between spaces."""
    return sum(count(text, MODEL) for text in texts) / sum(len(text.split()) for text in texts)


def _times(row: pd.Series, kind: str) -> float:
    """How many times as much a token of this kind ("input", "output") costs with a tuned model."""
    return row.loc[f"tuned_{kind}"] / row.loc[f"base_{kind}"]


def _answer(row: pd.Series, desk: Desk, *, tuned: bool) -> float:
    return answers_usd(desk.short.prompt, desk.short.completion, row, tuned=tuned)


def _by_gpt_4(row: pd.Series, desk: Desk, *, tuned: bool) -> list[float]:
    """One answer of GPT-3.5 by one of GPT-4, with the same prompt, on the day of the price."""
    return [_answer(row, desk, tuned=tuned) / _answer(prices.price("gpt-4", str(row.name)), desk, tuned=False)]


def _saved(desk: Desk) -> list[float]:
    """The share of each long prompt that tuning saves."""
    return [1 - desk.short.prompt / long for long in (desk.with_handbook, desk.with_entries)]


CLAIMS = [  # the most telling first
    Claim(
        "A tuned model costs 8 times as much for input and output",
        "tuned / base: input and output",
        [(8, 8), (8, 8)],
        lambda row, desk: [_times(row, "input"), _times(row, "output")],
    ),
    Claim(
        "106,000 tokens cost about 1 USD",
        "training, USD, all epochs together",
        [_about(1)],
        lambda row, desk: [training_usd(106_000, 1, row)],
    ),
    Claim(
        "the same, if that is the file and it is trained for 3 epochs",
        "training, USD",
        [_about(1)],
        lambda row, desk: [training_usd(106_000, 3, row)],
    ),
    Claim(
        "Tuned, it costs about a third of GPT-4",
        "tuned GPT-3.5 / GPT-4: one answer, same prompt",
        [_about(1 / 3)],
        lambda row, desk: _by_gpt_4(row, desk, tuned=True),
    ),
    Claim(
        "A word takes 1 to 1.5 tokens",
        "tokens a word, English and German tickets",
        [(1, 1.5), (1, 1.5)],
        lambda row, desk: [desk.english, desk.german],
    ),
    Claim(
        "OpenAI: 100,000 tokens × 3 epochs cost 2.40 USD",
        "training, USD",
        [(2.40, 2.40)],
        lambda row, desk: [training_usd(100_000, 3, row)],
    ),
    Claim(
        "A tuned model costs 6–7 times as much",
        "tuned / base: one answer, same prompt",
        [(6, 7)],
        lambda row, desk: [_answer(row, desk, tuned=True) / _answer(row, desk, tuned=False)],
    ),
    Claim(
        "3 times as much for input, 4 times for output",
        "tuned / base: input and output",
        [(3, 3), (4, 4)],
        lambda row, desk: [_times(row, "input"), _times(row, "output")],
    ),
    Claim(
        "Prompts shrink by up to 90 %",
        "the largest share that goes, of two long prompts",
        [_about(0.9)],  # "up to" is about the best case
        lambda row, desk: [max(_saved(desk))],
    ),
    Claim(
        "GPT-3.5 costs less than a tenth of GPT-4",
        "GPT-3.5 / GPT-4: one answer, same prompt",
        [(0, 0.1)],
        lambda row, desk: _by_gpt_4(row, desk, tuned=False),
    ),
    Claim(
        "1,000 tokens are about 750 English words",
        "words a token, English tickets",
        [_about(0.75)],
        lambda row, desk: [1 / desk.english],
    ),
]
