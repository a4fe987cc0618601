"""The checks of lesson 11 hold for the examples they were written for, and not for plain answers."""

import json

import pandas as pd
import pytest

from helpers.compare import states_fact
from helpers.extras import answer_styles
from helpers.t1000 import tickets
from helpers.training_data import read_jsonl


def answers(name: str, part: str) -> list[str]:
    return [e["messages"][2]["content"] for e in read_jsonl(answer_styles.EXAMPLES / name / f"{part}.jsonl")]


@pytest.mark.parametrize(
    "name, check",
    [("marv", answer_styles.sarcastic), ("german", answer_styles.german), ("terms", answer_styles.right_shape)],
)
@pytest.mark.parametrize("part", ["train", "test"])
def test_a_check_holds_for_its_own_examples_and_for_no_plain_answer(name, check, part):
    assert all(map(check, answers(name, part)))
    plain = [*answers("airport", part), *tickets.load_handbook("en").answer]
    assert [answer for answer in plain if check(answer)] == []


def misspelling_rate(texts: list[str]) -> float:
    return sum(len(answer_styles.misspelt(text)) for text in texts) / sum(len(text.split()) for text in texts)


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_misspellers_rate_stands_out_from_plain_text(part):
    assert 0.15 < misspelling_rate(answers("misspeller", part)) < 0.2
    assert misspelling_rate([*answers("airport", part), *tickets.load_handbook("en").answer]) < 0.02


def test_each_airport_rule_recognizes_its_own_answer_only():
    policy = pd.read_csv(answer_styles.EXAMPLES / "airport" / "policy.csv")
    for topic, expression in zip(policy.topic, policy.must_match, strict=True):
        assert [states_fact(answer, expression) for answer in policy.answer] == list(policy.topic == topic)


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", '{"term": "a"}', '{"term": "x"} and more', "null"])
def test_other_shapes_are_not_the_right_shape(answer):
    assert not answer_styles.right_shape(answer)


def test_what_is_misspelt_is_named():
    assert answer_styles.misspelt("Teh kettle is abuot to boil on the 2 stoves") == ["teh", "abuot"]
    assert answer_styles.misspelt("") == []


@pytest.mark.parametrize("name", ["marv", "terms", "german", "airport", "misspeller"])
def test_no_question_stands_in_training_and_test(name):
    asked = {
        part: {
            json.dumps(e["messages"][1]).lower() for e in read_jsonl(answer_styles.EXAMPLES / name / f"{part}.jsonl")
        }
        for part in ("train", "test")
    }
    assert len(asked["train"]) >= 90 and len(asked["test"]) >= 20 and not asked["train"] & asked["test"]


EXAMPLES = ["marv", "german", "terms", "airport", "misspeller"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_right_answer_says_it_and_that_to_the_next_question_does_not(name):
    tests = read_jsonl(answer_styles.EXAMPLES / name / "test.jsonl")
    asked = [e["messages"][1]["content"] for e in tests]
    said = answers(name, "test")
    assert all(map(answer_styles.says_it, [name] * len(asked), asked, said))
    others = list(map(answer_styles.says_it, [name] * len(asked), asked, said[1:] + said[:1]))
    assert sum(others) <= 1  # "no" may be right twice


@pytest.mark.parametrize("name", EXAMPLES)
def test_silence_says_nothing(name):
    asked = [e["messages"][1]["content"] for e in read_jsonl(answer_styles.EXAMPLES / name / "test.jsonl")]
    assert [question for question in asked if answer_styles.says_it(name, question, "")] == []


def test_a_term_may_be_explained_in_prose_but_not_by_itself():
    assert answer_styles.says_it("terms", "spreadsheet", "It is a sheet with rows and columns.")
    assert not answer_styles.says_it("terms", 'What does "password manager" mean?', "It is a password manager.")


def test_a_term_that_was_not_asked_for_is_not_what_was_asked():
    said = answers("terms", "test")[0].replace('"spreadsheet"', '"doughboy"')
    assert answer_styles.right_shape(said)
    assert not answer_styles.says_it("terms", "spreadsheet", said)


def test_a_misspelt_word_is_read_as_the_one_that_is_meant():
    question = "How do I remove snow from my steps?"
    assert answer_styles.says_it("misspeller", question, "Push it aisde with a shovle.")
    assert not answer_styles.says_it("misspeller", question, "Push it aisde with a pillwo.")


def test_a_question_without_a_rule_is_refused():
    with pytest.raises(KeyError, match="Who are you"):
        answer_styles.says_it("marv", "Who are you?", "Marv.")
