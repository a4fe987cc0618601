from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import dataset
from helpers.data import copies
from helpers.data.examples import asked
from helpers.data.splitting import split
from helpers.paths import DATA

PHRASES = ["red light", "red lights", "the red light blinks", "blinks", "Red light!", "", "red light blinks", "lights"]


def example(asked_, answered="Yes.", **more):
    return {"messages": [{"role": "user", "content": asked_}, {"role": "assistant", "content": answered}], **more}


@given(st.text(), st.text())
def test_likeness_is_a_share_and_symmetric(one, other):
    a, b = copies.letter_triples(one), copies.letter_triples(other)
    assert 0 <= copies.likeness(a, b) <= 1
    assert copies.likeness(a, b) == copies.likeness(b, a)
    assert copies.likeness(a, a) == 1


@given(
    st.lists(st.sampled_from(PHRASES) | st.text("abc ", max_size=12), max_size=8),
    st.sampled_from([0.3, 0.5, copies.NEAR, 0.9, 1]),
)
def test_copies_are_exactly_the_pairs_that_are_alike(questions, threshold):
    triples = [copies.letter_triples(q) for q in questions]
    expected = [
        (i, j, copies.likeness(triples[i], triples[j]))
        for j in range(len(questions))
        for i in range(j)
        if triples[i] and triples[j] and copies.likeness(triples[i], triples[j]) >= threshold
    ]
    assert copies.copies([example(q) for q in questions], threshold) == sorted(expected)


@given(st.lists(st.sampled_from(PHRASES), max_size=12))
def test_what_is_left_without_copies_has_none_and_each_other_is_named(questions):
    examples = [example(q, line=n) for n, q in enumerate(questions, 1)]
    later = {later + 1 for _, later, _ in copies.copies(examples)}
    assert [e["line"] for e in copies.without_copies(examples)] == [
        n for n in range(1, len(questions) + 1) if n not in later
    ]
    assert sorted(f.line for f in copies.find_copies(examples)) == sorted(later)


def test_each_copy_is_named_once():
    found = list(
        copies.find_copies(
            [example(q) for q in ("Is it loud?", "is it loud", "Why?", "Is it loud??", "Is it too loud?")]
        )
    )
    assert [(f.line, f.kind, f.detail) for f in found] == [
        (2, "duplicate", "of line 1: Is it loud?"),
        (4, "duplicate", "of line 1: Is it loud?"),
        (5, "near copy", "of line 1: Is it loud?"),
    ]


@pytest.mark.parametrize(
    "one, other, contradict",
    [
        (
            ("How long is the warranty?", "The warranty is two years."),
            ("how long is the warranty", "The warranty is three years."),
            True,
        ),
        (("May it get wet?", "It may get wet."), ("may it get wet?", "It may not get wet."), True),
        (("Darf er nass werden?", "Er darf nass werden."), ("Darf er nass werden", "Er darf nicht nass werden."), True),
        (("Is it heavy?", "It weighs 2.4 kg."), ("Is it heavy?", "It weighs 2.4 kg!"), False),
        (("What is error E4?", "The brush."), ("What is error E7?", "The battery is too hot."), False),
        (("Is it heavy?", "No, 2.4 kg."), ("Where is the shop?", "In Bonn."), False),
        (("Is it heavy?", "No."), ("Is it heavy?", ""), False),
    ],
)
def test_contradictions(one, other, contradict):
    assert bool(list(copies.find_contradictions([example(*one), example(*other)]))) == contradict


def test_an_answer_unlike_all_others_on_its_topic_is_named():
    desk = [
        example(q, "Three years.", topic="warranty")
        for q in ("How long?", "Until when?", "Does it expire?", "Guarantee?")
    ]
    (found,) = copies.find_contradictions([*desk, example("What if it breaks?", "Two years.", topic="warranty")])
    assert found.line == 5 and "the answer usually is 'Three years.'" in found.detail


def test_questions_in_two_parts_are_named():
    parts = {
        "train": [example("Is it loud?"), example("Why?")],
        "test": [example("What now?"), example("is it loud?", line=7)],
    }
    (row,) = copies.leaks(parts).to_dict("records")
    assert row == {
        "question": "Is it loud?",
        "part": "train",
        "line": 1,
        "other part": "test",
        "other line": 7,
        "alike": 1.0,
    }


@given(
    st.lists(st.tuples(st.sampled_from(PHRASES), st.sampled_from("abc"), st.integers(0, 9)), max_size=30),
    st.integers(0, 99),
)
def test_no_copy_and_no_conversation_leaks_into_another_part(drawn, seed):
    examples = [example(q, topic=topic, id=str(conversation)) for q, topic, conversation in drawn]
    parts = split(examples, seed)
    assert copies.leaks(parts).empty
    ids = [{e["id"] for e in part} for part in parts.values()]
    assert not (ids[0] & ids[1] or ids[0] & ids[2] or ids[1] & ids[2])
    assert sorted(map(str, chain(*parts.values()))) == sorted(map(str, examples))
    assert split(examples, seed) == parts


def test_a_split_with_near_copies_left_in_keeps_them_together():
    tickets = dataset.read_jsonl(DATA / "en" / "raw.jsonl")
    before = list(tickets)
    parts = split(tickets)
    assert tickets == before and copies.leaks(parts).empty
    assert len(parts["test"]) >= 74 and {asked(t) for t in parts["test"]}.isdisjoint(asked(t) for t in parts["train"])


def test_a_topic_with_few_examples_goes_to_training():
    words = ("battery", "filter", "hose", "wheel", "brush", "shop", "noise", "smell", "light")
    examples = [example(w, topic="many") for w in words] + [
        example("warranty", topic="one"),
        example("address", topic="one"),
    ]
    parts = split(examples)
    assert [len(parts[name]) for name in ("train", "validation", "test")] == [8, 1, 2]
    assert sum(e["topic"] == "one" for e in parts["train"]) == 2
