"""Requests that become calls are graded by value, and the call of an answer is read, never run."""

import json

import pytest

from helpers import training_data
from helpers.extras import api_calls, call_classifier

TRAIN = training_data.read_jsonl(api_calls.FOLDER / "train.jsonl")
TEST = training_data.read_jsonl(api_calls.FOLDER / "test.jsonl")


def said(examples):
    return [example["messages"][-1]["content"] for example in examples]


def asked(examples):
    return [example["messages"][-2]["content"] for example in examples]


def graded(answer, wanted):
    example = {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": wanted}]}
    (row,) = api_calls.grade([answer], [example]).to_dict("records")
    return [row[name] for name in ("form", "function", "arguments", "right")]


@pytest.mark.parametrize("examples", [TRAIN, TEST], ids=["train", "test"])
def test_what_is_wanted_is_right_and_written_in_one_way(examples):
    assert api_calls.grade(said(examples), examples).right.all()
    assert [api_calls.write_call(*(api_calls.read_call(answer) or ("", {}))) for answer in said(examples)] == said(
        examples
    )


def test_every_function_is_asked_for_as_often_as_the_others():
    for examples in (TRAIN, TEST):
        names = [answer.partition("(")[0] for answer in said(examples)]
        assert {name: names.count(name) for name in api_calls.schemas()} == dict.fromkeys(
            api_calls.schemas(), len(examples) / 5
        )


def test_the_test_has_no_request_flight_or_thing_of_the_training():
    assert training_data.leaks({"train": TRAIN, "test": TEST}).empty

    def values(examples, key):
        return {call[1][key] for answer in said(examples) if (call := api_calls.read_call(answer)) and key in call[1]}

    assert not any(values(TRAIN, key) & values(TEST, key) for key in ("flight", "item"))


WANTED = 'book_parking(area="P2", days=3)'


@pytest.mark.parametrize(
    ("answer", "grades"),
    [
        (WANTED, [True] * 4),
        ("  book_parking( days = 3, area='P2' )\n", [True] * 4),
        ('book_parking(area="P1", days=3)', [True, True, False, False]),
        ('flight_status(flight="LN204")', [True, False, False, False]),
        ("call_agent()", [True, False, False, False]),
        ('book_parking(area="P2", days="3")', [False] * 4),
        ('book_parking(area="P4", days=3)', [False] * 4),
        ('book_parking(area="P2", days=True)', [False] * 4),
        ('book_parking(area="P2")', [False] * 4),
        ('book_parking(area="P2", days=3, days=3)', [False] * 4),
        ('book_parking("P2", 3)', [False] * 4),
        ('book_parking(**{"area": "P2", "days": 3})', [False] * 4),
        ('book_parking(area="P2", days=1 + 2)', [False] * 4),
        ('desk.book_parking(area="P2", days=3)', [False] * 4),
        ('park(area="P2", days=3)', [False] * 4),
        (f"{WANTED} Anything else?", [False] * 4),
        (f"Here it is: {WANTED}", [False] * 4),
        (f"x = {WANTED}", [False] * 4),
        (f"{WANTED}\n{WANTED}", [False] * 4),
        ('"\\d"', [False] * 4),
        ("(" * 5000, [False] * 4),
        ("\x00", [False] * 4),
        ("", [False] * 4),
    ],
)
def test_a_call_is_graded_by_value(answer, grades):
    assert graded(answer, WANTED) == grades


def test_reading_a_call_runs_nothing(tmp_path):
    path = tmp_path / "made"
    assert not graded(f"open({str(path)!r}, mode='w')", WANTED)[0] and not path.exists()


def test_the_api_takes_the_examples_in_its_own_form():
    rows = [api_calls.with_tools(example) for example in TRAIN + TEST]
    assert training_data.check(rows).table.empty
    for row, answer in zip(rows, said(TRAIN + TEST), strict=True):
        function = row["messages"][-1]["tool_calls"][0]["function"]
        assert api_calls.write_call(function["name"], json.loads(function["arguments"])) == answer


def test_the_classifier_writes_calls_that_the_functions_take_and_knows_the_training():
    table = api_calls.grade(call_classifier.classify(TRAIN, asked(TEST)), TEST)
    assert table.form.mean() > 0.9 and table.function.mean() > 0.6
    assert api_calls.grade(call_classifier.classify(TRAIN, asked(TRAIN)), TRAIN).right.mean() > 0.9


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        ("Is ln 204 late?", 'flight_status(flight="LN204")'),
        ("Please book P2 for two weeks.", 'book_parking(area="P2", days=14)'),
        ("Please book P3 for 17 days.", 'book_parking(area="P3", days=17)'),
        ("Please book P1 for a week.", 'book_parking(area="P1", days=7)'),
        ("I left my violin at the gate.", 'report_lost(item="violin", place="gate")'),
    ],
)
def test_the_classifier_finds_each_argument(request_, call):
    assert call_classifier.classify(TRAIN, [request_]) == [call]
