"""What articles of 2023 and 2024 claimed about the cost of tuning, checked against dated prices.

The articles' days are not known, so a claim is checked against each known price of the model they wrote about. An
answer is one of the T-1000's service desk. Only the claims are written down here; all values are computed.
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
    """Tokens of one conversation with the short prompt, tokens of the handbook, and how many topics there are."""

    conversation: Conversation
    handbook: int
    topics: int


class Undecided(LookupError):
    """A claim cannot be decided from prices or data; the message says what would."""


@dataclass(frozen=True)
class Claim:
    """A claim, in words and as numbers: `parts` computes one for each range (lowest, highest) in `ranges`."""

    says: str
    measured: str
    ranges: list[tuple[float, float]]
    parts: Callable[[pd.Series, Desk], list[float]]


def verdicts(examples: list[dict], handbook: str, topics: int) -> pd.DataFrame:
    """A row for each claim: what was measured, the value by each known price, and the verdict.

    `examples`: the training file; `handbook`: its text; `topics`: the number of its topics.
    """
    desk = Desk(per_conversation(examples, MODEL), count(handbook, MODEL), topics)
    known = prices.table().query("model == @MODEL").set_index("valid_from")
    return pd.DataFrame([_verdict(claim, known, desk) for claim in CLAIMS])


def _verdict(claim: Claim, known: pd.DataFrame, desk: Desk) -> dict:
    values, verdicts = {}, {}
    for day, row in known.iterrows():
        try:
            parts = claim.parts(row, desk)
            hits = [low <= round(part, 2) <= high for part, (low, high) in zip(parts, claim.ranges, strict=True)]
            values[day] = " and ".join(f"{part:.2f}" for part in parts)
            verdicts[day] = "right" if all(hits) else "half right" if any(hits) else "wrong"
        except prices.NoPrice:
            values[day], verdicts[day] = "no price known", "open"
        except Undecided as reason:
            values[day], verdicts[day] = str(reason), "open"
    same = len(set(verdicts.values())) == 1
    verdict = next(iter(verdicts.values())) if same else ", ".join(f"{v} in {day[:4]}" for day, v in verdicts.items())
    return {"claim": claim.says, "measured": claim.measured, **values, "verdict": verdict}


def _about(value: float) -> tuple[float, float]:
    """The range that "about" means: a quarter less or more."""
    return 0.75 * value, 1.25 * value


def _times(row: pd.Series, kind: str) -> float:
    """How many times as much a token of this kind ("input", "output") costs with a tuned model."""
    return row.loc[f"tuned_{kind}"] / row.loc[f"base_{kind}"]


def _answer(row: pd.Series, desk: Desk, *, tuned: bool) -> float:
    return answers_usd(desk.conversation.prompt, desk.conversation.completion, row, tuned=tuned)


def _by_gpt_4(row: pd.Series, desk: Desk) -> list[float]:
    return [_answer(row, desk, tuned=True) / _answer(prices.price("gpt-4", str(row.name)), desk, tuned=False)]


def _topics_seen(examples: int, desk: Desk) -> list[float]:
    """The largest share of topics that so few examples can show. Raises Undecided if they can show all."""
    if examples >= desk.topics:
        raise Undecided("all, so a test must tell")
    return [examples / desk.topics]


CLAIMS = [
    Claim(
        "OpenAI: 100,000 tokens × 3 epochs cost 2.40 USD",
        "training, USD",
        [(2.40, 2.40)],
        lambda row, desk: [training_usd(100_000, 3, row)],
    ),
    Claim(
        "A tuned model costs 8 times as much for input and output",
        "tuned / base: input and output",
        [(8, 8), (8, 8)],
        lambda row, desk: [_times(row, "input"), _times(row, "output")],
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
        "share of the long prompt that goes",
        [(0.9, 1)],
        lambda row, desk: [desk.handbook / (desk.handbook + desk.conversation.prompt)],
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
        "A tuned GPT-3.5 costs about a third of GPT-4", "tuned GPT-3.5 / GPT-4: one answer", [_about(1 / 3)], _by_gpt_4
    ),
    Claim(
        "10 examples already work",
        "share of the topics they can show",
        [(1, 1)],
        lambda row, desk: _topics_seen(10, desk),
    ),
    Claim(
        "50–100 examples show clear improvement",
        "share of the topics they can show",
        [(1, 1)],
        lambda row, desk: _topics_seen(50, desk),
    ),
]
