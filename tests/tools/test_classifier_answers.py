"""The kept answers of lesson 5's classifier."""

from helpers.t1000 import lesson5
from helpers.training_data import read_jsonl
from tools.classifier_answers import USED, answers
from tools.provenance import data_hashes


def test_the_kept_answers_are_of_todays_data():
    about, *rows = read_jsonl(lesson5.CLASSIFIER_ANSWERS)
    assert about["data"] == data_hashes(USED) and all(row["answer"] for row in rows)


def test_the_kept_answers_are_those_that_the_classifier_gives():
    """Another version of scikit-learn may move a few."""
    _, *rows = read_jsonl(lesson5.CLASSIFIER_ANSWERS)
    fresh = [answer for _, answered in answers().values() for answer in answered]
    assert len(fresh) == len(rows)
    assert sum(row["answer"] != answer for row, answer in zip(rows, fresh, strict=True)) <= len(rows) / 50


def test_who_is_asked_the_same_again_says_the_same():
    _, *rows = read_jsonl(lesson5.CLASSIFIER_ANSWERS)
    asked = {(row["who"], str(row["messages"])) for row in rows}
    answered = {(row["who"], str(row["messages"]), row["answer"]) for row in rows}
    assert len(answered) == len(asked) > 500
