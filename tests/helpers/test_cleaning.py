"""What `clean` leaves out, and what it keeps because the reader says so."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import clean, inspect
from helpers.training_data.balance import find_uneven_topics

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
    topics = ["a"] + ["b", "c"] * 6
    uneven = [
        {"line": n, "topic": topic, "messages": examples([f"{topic} {n * 37}?"])[0]["messages"]}
        for n, topic in enumerate(topics)
    ]
    report = inspect(uneven, checks=[find_uneven_topics])
    assert report.counts == {"uneven topic": 1} and len(clean(uneven, report)) == len(uneven)


HTML = [
    ("<p>Hello,</p><p>it is <b>ready</b>.</p>", "Hello,\n\nit is ready."),
    ("Preis:&nbsp;5&nbsp;&euro;\nGr&uuml;&szlig;e", "Preis:\xa05\xa0€\nGrüße"),
    ("&lt;div&gt;Yes.&lt;br&gt;No.&lt;/div&gt;", "Yes.\nNo."),
    ('Ready.<img src="https://x.example/p.gif"><img src="https://x.example/q.gif">', "Ready."),
    (
        "Write `<br>` for a new line, and `&nbsp;` for a space.",
        "Write `<br>` for a new line, and `&nbsp;` for a space.",
    ),
]


@pytest.mark.parametrize("html, shown", HTML)
def test_html_becomes_its_text(html, shown):
    said = [{"type": "text", "text": html}]
    talk = [{"role": "user", "content": "Is it?"}, {"role": "assistant", "content": html}]
    parts = [{"role": "user", "content": "And now, please?"}, {"role": "assistant", "content": said}]
    given_examples = [{"messages": talk, "line": 3}, {"messages": parts, "line": 4}]
    cleaned = clean(given_examples, inspect(given_examples), ["two answers"])
    assert [e["messages"][1]["content"] for e in cleaned] == [shown, [{"type": "text", "text": shown}]]
    assert not inspect(cleaned).counts
    assert clean(given_examples, inspect(given_examples), ["HTML"]) == given_examples


def test_a_picture_alone_is_left_out():
    talk = [
        {"role": "user", "content": "Is it?"},
        {"role": "assistant", "content": '<img src="a.gif"><img src="b.gif">'},
    ]
    assert not clean([{"messages": talk}], inspect([{"messages": talk}]))


QUOTED = [
    ("Yes.\n\nOn Mon, 5 Jan 2026 at 09:14, Kim wrote:\n> Is it loud?", "Yes."),
    ("Ja.\n-----Ursprüngliche Nachricht-----\nVon: Kim", "Ja."),
    ("Ja.\n\nVon: Kim\nGesendet: Montag\nAn: Service\nBetreff: Laut?", "Ja."),
    ("> Is it loud?\n> Or not?\n\nIt is quiet.", "It is quiet."),
    ("##- Please type your reply above this line -##\nIt is quiet.", "It is quiet."),
]


@pytest.mark.parametrize("said, left", QUOTED)
def test_quoted_mail_is_taken_off(said, left):
    example = examples(["Is it loud?"])[0]
    example["messages"][1] = {"role": "assistant", "content": said}
    report = inspect([example])
    assert "quoted mail" in report.counts
    (kept,) = clean([example], report)
    assert kept["messages"][1]["content"] == left
    assert clean([example], report, ["quoted mail", "personal data", "secret"]) == [example]


def test_a_message_that_only_quotes_is_left_out():
    example = examples(["Is it loud?"])[0]
    example["messages"][1] = {"role": "assistant", "content": "> Is it loud?\n> Or not?"}
    assert clean([example], inspect([example])) == []
