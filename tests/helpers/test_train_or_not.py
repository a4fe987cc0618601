"""The lines on which lesson 6 decides."""

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
        (
            (150, 100, 200),
            [
                "For the answers: 50 of 200 more are right than the classifier's (25%).",
                "- A classifier for 195 USD (an evening): "
                + "yes, if one more right answer is worth 0.25 USD: 625 USD more for 2,500 answers.",
                "- A classifier for 1,000 USD (labels, too): yes, the tuned model is 180 USD cheaper.",
            ],
        ),
        ((100, 100, 200), ["For the answers: no, the classifier has as many right ones."]),
    ],
)
def test_price_and_answers_are_decided_apart(monkeypatch, counted, answers):
    monkeypatch.setattr(lesson5, "right_answers", lambda: counted)
    classifiers = {"an evening": 195.0, "labels, too": 1_000.0}
    price, *said = train_or_not.train_or_not(Life(), tuned_usd=0.001, classifiers=classifiers).splitlines()
    assert price == "For the price: no, -700 USD against the handbook." and said == answers
