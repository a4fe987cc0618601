import tracemalloc
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import costs
from helpers.decision import OWN_MACHINE, Money, conditions, gain
from helpers.paths import DATA, ROOT
from helpers.training_data import clean, inspect, leaks, near_duplicates, read, read_jsonl, split
from helpers.training_data.contradictions import find_contradictions
from helpers.training_data.example import user_text

PHRASES = ["red light", "red lights", "the red light blinks", "blinks", "Red light!", "", "red light blinks", "lights"]


def example(question, answered="Yes.", **more):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answered}], **more}


@given(st.text(), st.text())
def test_jaccard_is_a_share_and_symmetric(one, other):
    a, b = near_duplicates.char_trigrams(one), near_duplicates.char_trigrams(other)
    assert 0 <= near_duplicates.jaccard(a, b) <= 1
    assert near_duplicates.jaccard(a, b) == near_duplicates.jaccard(b, a)
    assert near_duplicates.jaccard(a, a) == 1


def expected_pairs(questions, threshold):
    """By comparing each with each."""
    sets = [near_duplicates.char_trigrams(q) for q in questions]
    return sorted(
        (i, j, near_duplicates.jaccard(sets[i], sets[j]))
        for j in range(len(questions))
        for i in range(j)
        if sets[i] and sets[j] and near_duplicates.jaccard(sets[i], sets[j]) >= threshold
    )


QUESTIONS = st.lists(st.sampled_from(PHRASES) | st.text("abc ", max_size=12), max_size=8)


@given(QUESTIONS, st.sampled_from([0.3, 0.5, near_duplicates.MIN_SIMILARITY, 0.9, 1]))
def test_similar_pairs_are_exactly_those_above_the_threshold(questions, threshold):
    sets = [near_duplicates.char_trigrams(q) for q in questions]
    assert sorted(near_duplicates.similar_pairs(sets, threshold)) == expected_pairs(questions, threshold)


@given(QUESTIONS, st.sampled_from([1, 10, 20, 1_000]))
def test_blocks_of_any_size_find_the_same(questions, pairs_at_once):
    sets = [near_duplicates.char_trigrams(q) for q in questions]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_duplicates, "BLOCK_PAIRS", pairs_at_once)
        found = near_duplicates.similar_pairs(sets, near_duplicates.MIN_SIMILARITY)
    assert sorted(found) == expected_pairs(questions, near_duplicates.MIN_SIMILARITY)


def test_memory_for_a_block_is_bounded_however_many_are_compared():
    sets = [frozenset({f"{n}a", f"{n}b"}) for n in range(8_000)]
    tracemalloc.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_duplicates, "BLOCK_PAIRS", 100_000, raising=False)
        assert near_duplicates.similar_pairs(sets, near_duplicates.MIN_SIMILARITY) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000  # bytes; in blocks of 256 examples it was 57 MB


@given(QUESTIONS)
def test_near_duplicates_are_exactly_the_similar_pairs(questions):
    found = near_duplicates.near_duplicates([example(q) for q in questions])
    assert found == expected_pairs(questions, near_duplicates.MIN_SIMILARITY)


@given(st.lists(st.sampled_from(PHRASES), max_size=12))
def test_what_is_left_without_near_duplicates_has_none_and_each_other_is_named(questions):
    examples = [example(q, line=n) for n, q in enumerate(questions, 1)]
    later = {later + 1 for _, later, _ in near_duplicates.near_duplicates(examples)}
    assert [e["line"] for e in near_duplicates.without_near_duplicates(examples)] == [
        n for n in range(1, len(questions) + 1) if n not in later
    ]
    assert sorted(f.line for f in near_duplicates.find_near_duplicates(examples)) == sorted(later)


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("What is error E4?", "What is error E7?", False),
        ("Was bedeutet der Fehler 0x80070005 bei mir?", "Was bedeutet der Fehler 0x80070057 bei mir?", False),
        ("Does the filter F12 fit the model 300?", "Does the filter F12 fit the model 400?", False),
        ("What is error E4?", "what is error e4", True),
        ("Does it fit the model 300?", "Does it fit to the model 300, please?", True),
        ("Is the warranty really 2 years long?", "Is the warranty really two years long?", True),
    ],
)
def test_questions_about_other_numbers_are_different_questions(one, other, alike):
    assert bool(near_duplicates.near_duplicates([example(one), example(other)])) == alike


def test_a_thousand_duplicates_are_no_million_pairs():
    assert len(near_duplicates.first_pairs([example("Is it loud?")] * 1_000)) == 999


def test_lesson_8_compares_each_set_once(monkeypatch):
    """Examples are compared with each other as read, without those that are left out, and as cleaned."""
    compared = []
    similar_pairs = near_duplicates.similar_pairs
    monkeypatch.setattr(
        near_duplicates, "similar_pairs", lambda sets, least: compared.append(len(sets)) or similar_pairs(sets, least)
    )
    near_duplicates._compared.cache_clear()
    examples = read(
        ROOT / "data" / "library" / "desk.xlsx",
        conversation="Case",
        role="Person",
        text="Words",
        topic="Subject",
        roles={"Librarian": "assistant"},
    )
    cleaned = clean(examples, inspect(examples), ["uneven topic"])
    report = inspect(cleaned)
    parts = split(cleaned)
    estimate = costs.estimate(parts["train"], "gpt-4.1-mini-2025-04-14", on="2026-11-22")
    won = gain(1, 0.02, 0.01, a_day=100, start="2026-11-22")
    assert leaks(parts).empty
    conditions(parts, report, OWN_MACHINE, Money("", estimate, 5.0, 0, 0.02, 0.01, won, 0.0), {})
    assert len(compared) == 3


def test_each_near_duplicate_is_named_once():
    found = list(
        near_duplicates.find_near_duplicates(
            [example(q) for q in ("Is it loud?", "is it loud", "Why?", "Is it loud??", "Is it too loud?")]
        )
    )
    assert [(f.line, f.kind, f.detail) for f in found] == [
        (2, "duplicate", "of line 1: Is it loud?"),
        (4, "duplicate", "of line 1: Is it loud?"),
        (5, "near-duplicate", "of line 1: Is it loud?"),
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
    assert bool(list(find_contradictions([example(*one), example(*other)]))) == contradict


def test_an_answer_unlike_all_others_on_its_topic_is_named():
    desk = [
        example(q, "Three years.", topic="warranty")
        for q in ("How long?", "Until when?", "Does it expire?", "Guarantee?")
    ]
    (found,) = find_contradictions([*desk, example("What if it breaks?", "Two years.", topic="warranty")])
    assert found.line == 5 and "the answer usually is 'Three years.'" in found.detail


def test_questions_in_two_parts_are_named():
    parts = {
        "train": [example("Is it loud?"), example("Why?")],
        "test": [example("What now?"), example("is it loud?", line=7)],
    }
    (row,) = leaks(parts).to_dict("records")
    assert row == {
        "question": "Is it loud?",
        "part": "train",
        "line": 1,
        "other part": "test",
        "other line": 7,
        "similarity": 1.0,
    }


@given(
    st.lists(st.tuples(st.sampled_from(PHRASES), st.sampled_from("abc"), st.integers(0, 9)), max_size=30),
    st.integers(0, 99),
)
def test_no_near_duplicate_and_no_conversation_leaks_into_another_part(drawn, seed):
    examples = [example(q, topic=topic, id=str(conversation)) for q, topic, conversation in drawn]
    parts = split(examples, seed)
    assert leaks(parts).empty
    ids = [{e["id"] for e in part} for part in parts.values()]
    assert not (ids[0] & ids[1] or ids[0] & ids[2] or ids[1] & ids[2])
    assert sorted(map(str, chain(*parts.values()))) == sorted(map(str, examples))
    assert split(examples, seed) == parts


def test_a_split_with_near_duplicates_left_in_keeps_them_together():
    tickets = read_jsonl(DATA / "en" / "raw.jsonl")
    before = list(tickets)
    parts = split(tickets)
    assert tickets == before and leaks(parts).empty
    trained = {user_text(t) for t in parts["train"]}
    assert len(parts["test"]) >= 74 and trained.isdisjoint(user_text(t) for t in parts["test"])


def test_a_topic_with_few_examples_goes_to_training():
    words = ("battery", "filter", "hose", "wheel", "brush", "shop", "noise", "smell", "light")
    examples = [example(w, topic="many") for w in words] + [
        example("warranty", topic="one"),
        example("address", topic="one"),
    ]
    parts = split(examples)
    assert [len(parts[name]) for name in ("train", "validation", "test")] == [8, 1, 2]
    assert sum(e["topic"] == "one" for e in parts["train"]) == 2
