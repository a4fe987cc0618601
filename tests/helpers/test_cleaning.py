"""What `clean` leaves out, and what it keeps because the reader says so."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import clean, inspect

ASKED = (
    "Can I return it?|Can I return it please?|Can I return it?|How do I pay?|How do I pay, please?|"
    "Write to kay@example.org, my password is hunter2hunter|Ask kay@example.org|Where is the lid?"
).split("|")


def examples(questions: Sequence[str]) -> list[dict]:
    said = {"role": "assistant", "content": "Gladly."}
    return [{"line": n, "messages": [{"role": "user", "content": q}, said]} for n, q in enumerate(questions, 2)]


def cleaned(questions: Sequence[str], ignored: list[str]) -> list[dict]:
    return clean(examples(questions), inspect(examples(questions)), ignored)


@pytest.mark.parametrize(
    "ignored, lines",
    [
        ([], [2, 5]),
        (["duplicate"], [2, 4, 5]),
        (["near-duplicate"], [2, 3, 5, 6]),
        (["duplicate", "near-duplicate"], [2, 3, 4, 5, 6]),
    ],
)
def test_duplicates_stay_if_they_are_ignored(ignored, lines):
    assert [example["line"] for example in cleaned(ASKED[:5], ignored)] == lines


@given(st.lists(st.sampled_from(ASKED), max_size=12))
def test_nothing_changes_if_every_kind_that_was_found_is_ignored(questions):
    found = inspect(examples(questions))
    assert clean(examples(questions), found, [*found.counts, "personal data", "secret"]) == examples(questions)


def test_an_uneven_topic_costs_no_example():
    uneven = [{**example, "topic": "a"} for example in examples(["How heavy is it?"])]
    uneven += [
        {"line": n, "topic": topic, "messages": [{"role": "user", "content": f"{word} {n * 37}?"}, *said]}
        for n, (topic, word) in enumerate([("b", "Weight"), ("c", "Colour")] * 6, 10)
        for said in [[{"role": "assistant", "content": "Gladly."}]]
    ]
    report = inspect(uneven)
    assert report.counts == {"uneven topic": 1} and len(clean(uneven, report)) == len(uneven)
