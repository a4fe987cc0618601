"""Retrieval puts the entries of the handbook that fit into a prompt."""

import pytest

from helpers.t1000 import prompts, tickets


@pytest.mark.parametrize(
    "language, question, topic",
    [
        ("en", "Where is the serial number?", "serial"),
        ("en", "It shows error E7", "error_e7"),
        ("de", "Wo steht die Seriennummer?", "serial"),
    ],
)
def test_retrieval_finds_the_entry_that_fits(language, question, topic):
    retrieval = prompts.Retrieval(tickets.load_handbook(language), language)
    assert topic in retrieval.best(question).index
    assert len(retrieval.best(question)) == prompts.ENTRIES
    system = retrieval.prompt(question)[0]["content"]
    assert retrieval.best(question).answer.iloc[0] in system and retrieval.handbook.answer["off_topic"] in system


def test_a_question_without_a_known_word_gets_entries_too():
    assert len(prompts.Retrieval(tickets.load_handbook("en")).best("???")) == prompts.ENTRIES


def test_equal_entries_come_in_the_handbook_s_order_on_every_processor():
    retrieval = prompts.Retrieval(tickets.load_handbook("en"))
    assert list(retrieval.best("???").index) == list(retrieval.facts.index[: prompts.ENTRIES])
    with_one_word = list(retrieval.best("serial", 10).index)  # in one entry only: the others are equal
    assert with_one_word[0] == "serial"
    assert with_one_word[1:] == [topic for topic in retrieval.facts.index if topic != "serial"][:9]
