"""Tickets that become JSON are graded by shape and by value."""

import json
import re

import pytest

from helpers.t1000 import ticket_json
from helpers.training_data import read_jsonl

TRAIN = read_jsonl(ticket_json.FOLDER / "train.jsonl")
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


def asked(examples):
    return [example["messages"][-2]["content"] for example in examples]


def wanted(examples):
    return [json.loads(example["messages"][-1]["content"]) for example in examples]


def test_the_order_number_that_is_wanted_stands_in_the_ticket():
    for ticket, value in zip(asked(TRAIN + TEST), wanted(TRAIN + TEST), strict=True):
        assert re.findall(r"T1-[0-9]{5}", ticket.upper()) == [number for number in [value["order_number"]] if number]


def test_the_training_has_the_shape_and_no_ticket_of_the_test():
    assert ticket_json.grade([example["messages"][-1]["content"] for example in TRAIN], TRAIN).right.all()
    assert not set(map(str.casefold, asked(TRAIN))) & set(map(str.casefold, asked(TEST)))


def test_the_classifier_answers_in_the_right_shape_and_better_than_the_most_frequent_values():
    graded = ticket_json.grade(ticket_json.classify(TRAIN, asked(TEST)), TEST)
    usual = max(map(WANTED.count, WANTED))
    assert bool(graded["shape"].all()) and int(graded.right.sum()) > usual


def test_what_follows_from_the_topic_is_classified_with_it():
    late = {"topic": "order", "urgency": "normal", "order_number": None, "wants": "status", "language": "en"}
    plain = {"topic": "cleaning", "urgency": "low", "order_number": None, "wants": "information", "language": "de"}
    texts = {"my parcel": late, "the parcel": late, "meine Seife": plain, "die Seife": plain}
    examples = [
        {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": json.dumps(right)}]}
        for text, right in texts.items()
    ]
    said = [json.loads(answer) for answer in ticket_json.classify(examples, ["A parcel t1-00001?", "Seife?"])]
    assert said == [late | {"order_number": "T1-00001"}, plain]
