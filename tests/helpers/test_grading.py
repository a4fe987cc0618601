"""What graders look for in an answer: its sentences, and what it invents."""

import pytest

from helpers.compare import states_fact
from helpers.t1000 import grading, tickets

HANDBOOK = tickets.load_handbook("en").answer


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_handbooks_own_answers_keep_every_rule(language):
    handbook = tickets.load_handbook(language)
    for topic, fact in handbook.iterrows():
        assert states_fact(fact.answer, fact.must_match), topic
        assert grading.invented(fact.answer, "", handbook.answer) == set(), topic


@pytest.mark.parametrize(
    "text, n",
    [
        ("One. Two.", 2),
        ("It weighs 2.4 kilograms, see T-1000.", 1),
        ("Open from 8 a.m. to 6 p.m. daily. Call us", 2),
        ("", 0),
    ],
)
def test_sentences(text, n):
    assert grading.sentences(text) == n


@pytest.mark.parametrize(
    "answer, question, found",
    [
        ("It weighs 3.5 kilograms.", "", {"3.5"}),
        ("A charge takes four hours.", "", set()),
        ("A charge takes eleven hours.", "", {"11"}),
        ("Order the filter F10 or F-11.", "", {"F11"}),
        ("Error E9 is not known.", "What is E9?", set()),
        ("It has a 500 W motor.", "Does it have 500 W?", set()),
    ],
)
def test_what_neither_handbook_nor_question_has_is_invented(answer, question, found):
    assert grading.invented(answer, question, HANDBOOK) == found
