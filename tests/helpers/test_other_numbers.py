"""Copies of training examples whose entries state other numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.t1000.other_numbers import with_other_numbers


def example(entries: str, answer: str, customer: str = "How long?") -> dict:
    turns = (("system", f"Desk.\n{entries}"), ("user", customer), ("assistant", answer))
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def texts(example: dict) -> list[str]:
    return [message["content"] for message in example["messages"]]


def test_prompt_and_answer_state_the_same_other_number():
    given_ = example("- filter: Let it dry for 24 hours. Filter F-10.", "It dries for 24 hours, the F-10.")
    copies = with_other_numbers([given_], copies=5)
    assert len(copies) == 5
    for copy in copies:
        system, customer, answer = texts(copy)
        [number] = re.findall(r"(\d\d) hours", answer)
        assert number != "24" and f"dry for {number} hours" in system
        assert "F-10" in system and "F-10" in answer and customer == "How long?"


def test_words_stay_words_and_two_numbers_stay_two():
    given_ = example("- w: A three-year warranty. - d: It takes five days.", "Three-year, and five days it takes.")
    for copy in with_other_numbers([given_], copies=9):
        system, _, answer = texts(copy)
        year, days = re.fullmatch(r"(\w+)-year, and (\w+) days it takes\.", answer).groups()  # type: ignore[union-attr]
        assert year != days and f"A {year}-year warranty" in system and f"takes {days} days" in system


@pytest.mark.parametrize(
    ("entries", "answer", "customer"),
    [
        (
            "- w: three years.",
            "Until 16 May 2029.",
            "Bought on 16 May 2026.",
        ),  # the answer states no number of an entry
        ("- r: Within 30 days.", "Yes, within 30 days.", "I bought it 30 days ago."),  # the customer names the number
        ("- w: It weighs 2.4 kilograms.", "It weighs 2.4 kilograms.", "Heavy?"),  # a decimal
        ("- p: Filter F-10 fits.", "The F-10 fits.", "Which?"),
    ],
)
def test_what_cannot_be_replaced_everywhere_stays_as_it_is(entries, answer, customer):
    given_ = example(entries, answer, customer)
    assert with_other_numbers([given_]) == [given_]


@given(st.lists(st.text(alphabet="ab 1239-.", max_size=30), min_size=3, max_size=3))
def test_any_texts_keep_the_customer_and_the_form(parts):
    given_ = example(*parts)
    before = given_["messages"][1]
    for copy in with_other_numbers([given_]):
        assert copy["messages"][1] == before
        assert [len(text) for text in texts(copy)] == [len(text) for text in texts(given_)]


def test_the_same_seed_gives_the_same_copies():
    given_ = [example("- d: 24 hours.", "After 24 hours.")]
    assert with_other_numbers(given_) == with_other_numbers(given_)
