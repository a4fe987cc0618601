"""Tickets that become JSON are graded by shape and by value."""

import json

import pytest

from helpers.t1000 import ticket_json
from helpers.training_data import read_jsonl

TEST = read_jsonl(ticket_json.FOLDER / "test.jsonl")
WANTED = [example["messages"][-1]["content"] for example in TEST]


def test_what_is_wanted_is_right():
    assert ticket_json.grade(WANTED, TEST).right.all()


@pytest.mark.parametrize("field, value", [("topic", "parts"), ("urgency", "high"), ("order_number", "T1-00000")])
def test_another_value_is_wrong_and_has_the_right_shape(field, value):
    example = next(e for e in TEST if json.loads(e["messages"][-1]["content"])[field] != value)
    other = json.dumps(json.loads(example["messages"][-1]["content"]) | {field: value})
    (row,) = ticket_json.grade([other], [example]).to_dict("records")
    assert row["shape"] and not row["right"]
    assert [name for name in ticket_json.FIELDS if not row[name]] == [field]


@pytest.mark.parametrize(
    "answer", ["", "{}", "null", "[1]", "Sure! {", WANTED[0] + " Bye.", WANTED[0][:-1] + ', "a": 1}']
)
def test_another_shape_is_wrong_in_all(answer):
    (row,) = ticket_json.grade([answer], TEST[:1]).to_dict("records")
    assert not any(row[name] for name in ("shape", "right", *ticket_json.FIELDS))


def test_the_classifier_answers_in_the_right_shape_and_better_than_the_most_frequent_values():
    train = read_jsonl(ticket_json.FOLDER / "train.jsonl")
    asked = [example["messages"][-2]["content"] for example in TEST]
    graded = ticket_json.grade(ticket_json.classify(train, asked), TEST)
    usual = max(map(WANTED.count, WANTED))
    assert bool(graded["shape"].all()) and int(graded.right.sum()) > usual
