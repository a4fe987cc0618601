"""Near-duplicates, contradictions and leaks are those of comparing each question with each."""

import random
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import costs
from helpers.decision import OWN_MACHINE, Data, Money, conditions, gain
from helpers.paths import DATA, ROOT
from helpers.training_data import (
    clean,
    cleaning,
    inspect,
    leaks,
    near_duplicates,
    question_pairs,
    read,
    read_jsonl,
    split,
)
from helpers.training_data.contradictions import find_contradictions
from helpers.training_data.example import user_text
from helpers.training_data.letter_triples import char_trigrams, jaccard
from helpers.training_data.message_core import core
from helpers.training_data.mistyped_words import is_mistyped, mistyped_groups
from helpers.training_data.nested_sets import nested
from helpers.training_data.same_question import question, similarity

PHRASES = ["red light", "red lights", "the red light blinks", "blinks", "Red light!", "", "red light blinks", "lights"]


def example(question, answered="Yes.", **more):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answered}], **more}


@given(st.text(), st.text())
def test_jaccard_is_a_share_and_symmetric(one, other):
    a, b = char_trigrams(one), char_trigrams(other)
    assert 0 <= jaccard(a, b) <= 1
    assert jaccard(a, b) == jaccard(b, a)
    assert jaccard(a, a) == 1


def expected(questions: list[str]) -> tuple[list[int], list[set[int]]]:
    """The questions that have an earlier near-duplicate, and the groups, by comparing each with each."""
    own = [question(q) for q in questions]
    groups = {n: {n} for n, one in enumerate(own)}
    later = set()
    for i, j in combinations(range(len(own)), 2):
        if own[i].plain and own[j].plain and (own[i].plain == own[j].plain or similarity(own[i], own[j])):
            later.add(j)
            both = groups[i] | groups[j]
            groups.update(dict.fromkeys(both, both))
    return sorted(later), list(groups.values())


WORDS = "red light lights blinks ligth not lamp on off E4 E7 please".split()
QUESTIONS = st.lists(
    st.sampled_from(PHRASES)
    | st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
    | st.text("abc ", max_size=12),
    max_size=10,
)


@given(QUESTIONS)
def test_near_duplicates_and_their_groups_are_those_of_comparing_each_with_each(questions):
    examples = [example(q) for q in questions]
    later, groups = expected(questions)
    assert [pair[1] for pair in near_duplicates.near_duplicates(examples)] == later
    found = near_duplicates.compare(examples).group.tolist()
    assert [{m for m, other in enumerate(found) if other == group} for group in found] == groups


@given(QUESTIONS)
def test_a_pair_names_an_earlier_example_of_its_group(questions):
    found = near_duplicates.compare([example(q) for q in questions])
    for n, earlier in enumerate(found.earlier):
        assert -1 <= earlier < n and (earlier < 0 or found.group[earlier] == found.group[n])
        assert 0 < found.similarity[n] <= 1 if earlier >= 0 else found.similarity[n] == 0


@given(st.lists(st.frozensets(st.integers(0, 9), min_size=1), max_size=20, unique=True), st.sampled_from([0.2, 0.4]))
def test_nested_sets_are_those_of_comparing_each_with_each(sets, max_share):
    found = sorted(nested([tuple(own) for own in sets], max_share))
    assert found == sorted(
        (i, j)
        for i, one in enumerate(sets)
        for j, other in enumerate(sets)
        if one < other and len(other - one) <= min(2, max_share * len(other))
    )


def test_sets_of_hundreds_of_members_are_compared_whole():
    large = tuple(range(300))
    assert list(nested([large, large[1:], (*large[:150], *range(500, 649))], 0.4)) == [(1, 0)]


@given(st.lists(st.text("abcde", min_size=1, max_size=7), max_size=20, unique=True))
def test_words_with_a_typing_error_between_them_are_in_one_group(words):
    group = mistyped_groups(words)
    for one, other in combinations(range(len(words)), 2):
        assert not is_mistyped(words[one], words[other]) or group[one] == group[other]


@pytest.mark.parametrize(
    "one, other, mistyped",
    [
        ("library", "libary", True),
        ("gestern", "gesetrn", True),
        ("hinge", "hinhe", True),
        ("separate", "seperate", True),
        ("charge", "change", False),
        ("house", "mouse", False),
        ("house", "horse", False),
        ("cost", "lost", False),
        ("e4", "e7", False),
        ("loud", "luod", True),
    ],
)
def test_a_typing_error_is_no_other_word(one, other, mistyped):
    assert is_mistyped(one, other) == is_mistyped(other, one) == mistyped


@given(QUESTIONS)
def test_what_is_left_without_near_duplicates_is_all_but_those_that_are_named(questions):
    examples = [example(q, line=n) for n, q in enumerate(questions, 1)]
    later = {later + 1 for _, later, _ in near_duplicates.near_duplicates(examples)}
    assert [e["line"] for e in near_duplicates.without_near_duplicates(examples)] == [
        n for n in range(1, len(questions) + 1) if n not in later
    ]
    assert sorted(f.line for f in near_duplicates.find_near_duplicates(examples)) == sorted(later)


@pytest.mark.parametrize("text", ["", "Hello,\n\nBest regards\nAda", "> quoted\n> only", "--", "Hi", "\n--\n"])
@given(st.text(max_size=40))
def test_a_core_is_never_empty_where_something_is_said(text, more):
    said = text + more
    assert bool(char_trigrams(core(said)) - {"  "}) == bool(char_trigrams(said) - {"  "})


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
    assert len(near_duplicates.near_duplicates([example("Is it loud?")] * 1_000)) == 999


def test_a_filled_in_template_is_compared_by_what_is_filled_in():
    """Each with each they would be two million comparisons of letter triples."""
    rng = random.Random(2)
    words = ["".join(rng.choices("abcdefghiklmnoprstuw", k=rng.randint(4, 9))) for _ in range(900)]
    form = "Classify the following message into exactly one of the categories billing, repair, shipping, returns.\n\n"
    with pytest.MonkeyPatch.context() as patch:
        compared = []
        patch.setattr(question_pairs, "similarity", lambda *both: compared.append(both) or similarity(*both))
        filled = [example(f"{form}Message: {' '.join(rng.choices(words, k=6))}") for _ in range(2_000)]
        assert not near_duplicates.near_duplicates(filled)
    assert len(compared) < 2_000


FORM = "Sort the message into billing, repair, shipping or returns. Answer with one word.\n\nMessage: "
MESSAGES = {
    "billing": ["The invoice is wrong", "Charged twice on my card", "Where is my refund", "Your bank details, please"],
    "repair": ["The motor is broken", "It makes smoke", "The lid has a crack", "Nothing happens when I press start"],
    "shipping": ["My parcel did not arrive", "Tracking says lost", "The courier left it outside", "Ship it abroad?"],
    "returns": ["I want to send it back", "Wrong colour", "It is too small for us", "Mein Kind mag es nicht"],
}


@pytest.mark.parametrize(
    "form", [FORM, "What is the word for this: {}?", "Name: Berg\nTopic: desk\nAgreed: yes\nText: "]
)
def test_filled_in_forms_are_no_copies_and_contradict_nothing(form):
    examples = [
        example(form.format(text) if "{}" in form else form + text, label, line=n)
        for n, (label, text) in enumerate(((k, text) for k, texts in MESSAGES.items() for text in texts), 1)
    ]
    report = inspect(examples)
    assert not {"duplicate", "near-duplicate", "two answers"} & set(report.counts)
    cleaned = clean(examples, report)
    assert len(cleaned) == len(examples) and all(split(cleaned).values())


def test_a_bar_shows_how_far_a_long_comparison_is(monkeypatch, capsys):
    for module in (near_duplicates, question_pairs, cleaning):
        monkeypatch.setattr(module, "SECONDS_SILENT", 0)
    examples = [example(f"Is the {word} loud?") for word in ("lamp", "hose", "brush")]
    clean(examples, inspect(examples))
    shown = capsys.readouterr().err
    assert all(step in shown for step in ("inspecting", "reading questions", "comparing questions", "masking"))


def test_nothing_is_shown_where_it_is_quick(capsys):
    examples = [example(f"Is the {word} quiet?") for word in ("lamp", "hose", "brush")]
    clean(examples, inspect(examples))
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_the_same_question_about_another_image_is_another_question():
    def about(*addresses: str) -> dict:
        shown = [{"type": "image_url", "image_url": {"url": address}} for address in addresses]
        return example([{"type": "text", "text": "What is the highest value?"}, *shown])

    charts = [about("a.png"), about("b.png"), about("a.png"), about()]
    assert [pair[:2] for pair in near_duplicates.near_duplicates(charts)] == [(0, 2)]
    assert not list(find_contradictions([about("a.png"), {**about("b.png"), "messages": about("b.png")["messages"]}]))


def test_a_conversation_of_more_questions_is_another_one():
    order = [{"role": "user", "content": "I do not live in your country. Can I order?"}]
    more = [{"role": "assistant", "content": "Where?"}, {"role": "user", "content": "Japan."}]
    assert not near_duplicates.near_duplicates([{"messages": order}, {"messages": order + more}])
    assert near_duplicates.near_duplicates([{"messages": order + more}, {"messages": order + more}])


@pytest.mark.parametrize(
    "ignored, left",
    [
        ((), [1, 4]),
        (("duplicate",), [1, 3, 4]),
        (("near-duplicate",), [1, 2, 4]),
        (("duplicate", "near-duplicate"), [1, 2, 3, 4]),
    ],
)
def test_cleaning_keeps_the_kinds_of_near_duplicates_that_are_ignored(ignored, left):
    asked = ["Can I return the lamp?", "Hi, can I return the lamp please?", "can i return the lamp", "Is it loud?"]
    examples = [example(q, line=n) for n, q in enumerate(asked, 1)]
    assert [e["line"] for e in clean(examples, inspect(examples), ignored)] == left


def test_lesson_8_compares_each_set_once(monkeypatch):
    """Examples are compared with each other as read, without those that are left out, and as cleaned."""
    compared, among = [], near_duplicates.among
    monkeypatch.setattr(near_duplicates, "among", lambda own: compared.append(len(own)) or among(own))
    near_duplicates._compared.cache_clear()
    examples = read(
        ROOT / "data" / "library" / "desk.xlsx",
        conversation="Case",
        role="Person",
        text="Words",
        topic="Subject",
        roles={"Librarian": "assistant"},
    )
    found = inspect(examples)
    cleaned = clean(examples, found, ["uneven topic"])
    left = inspect(cleaned)
    parts = split(cleaned)
    estimate = costs.estimate(parts["train"], "gpt-4.1-mini-2025-04-14", on="2026-11-22")
    won = gain(1, 0.02, 0.01, a_day=100, start="2026-11-22")
    assert leaks(parts).empty
    data = Data({}, [], examples, found, cleaned, left, parts)
    conditions(data, OWN_MACHINE, Money("", estimate, 5.0, 0, 0.02, 0.01, won, 0.0), {})
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
        (5, "near-duplicate", "of line 1: Is it loud? – here: Is it too loud?"),
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


def test_greeting_signature_and_quote_hide_no_leak():
    parts = {
        "train": [example("Where is my parcel?")],
        "test": [example("Hello dear team,\n\nwhere is my parcel?\n\nKind regards\nAda Berg\n\n> We have your order.")],
    }
    assert len(leaks(parts)) == 1


def test_a_customers_conversations_stay_together():
    words = ("battery", "filter", "hose", "wheel", "brush", "shop", "noise", "smell", "light", "plug", "bag", "cord")
    examples = [example(w, topic=w[0], customer=f"K{n % 3}") for n, w in enumerate(words)]
    where = {(e["customer"], name) for name, part in split(examples).items() for e in part}
    assert len(where) == 3
    unknown = [example(w, customer=nobody) for w, nobody in zip(words, ["", None] * 6, strict=True)]
    assert all(split(unknown).values())


def test_a_topic_with_few_examples_goes_to_training():
    words = ("battery", "filter", "hose", "wheel", "brush", "shop", "noise", "smell", "light")
    examples = [example(w, topic="many") for w in words] + [
        example("warranty", topic="one"),
        example("address", topic="one"),
    ]
    parts = split(examples)
    assert [len(parts[name]) for name in ("train", "validation", "test")] == [8, 1, 2]
    assert sum(e["topic"] == "one" for e in parts["train"]) == 2
