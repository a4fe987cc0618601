"""The two lines on which lesson 6 decides."""

from dataclasses import dataclass

import pytest

from helpers.t1000 import lesson5, train_or_not


@dataclass
class Life:
    usd: float = -700.0
    training: float = 10.0
    work: float = 800.0
    conversations: int = 10_000


@pytest.mark.parametrize(
    ("counted", "answers"),
    [
        ((150, 100, 200), "50 of 200 more are right (25%). Yes, if one more right answer is worth 0.25 USD."),
        ((100, 100, 200), "no, the classifier has as many right ones."),
    ],
)
def test_price_and_answers_are_decided_apart(monkeypatch, counted, answers):
    monkeypatch.setattr(lesson5, "right_answers", lambda: counted)
    price, said = train_or_not.train_or_not(Life(), tuned_usd=0.001, instead=195.0).splitlines()
    assert price.startswith("For the price: no, -700 USD") and "classifier costs 195 USD" in price
    assert said == f"For the answers: {answers}"
