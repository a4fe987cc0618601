"""The desk's data: they are what the generator writes, and the test asks about what the training does not hold."""

import re
from pathlib import Path

import pytest

from helpers.compare import states_fact
from helpers.paths import DESK
from helpers.t1000.desk_files import load_more_questions
from helpers.t1000.desk_grading import grade
from helpers.training_data import read_jsonl
from tools.desk.__main__ import main

PARTS = ("train", "validation", "test")
ABOUT_THE_MACHINE = ("missing_part", "damage_accident", "damage_defect")  # its parts are the same in every set
BY_HAND = {Path("README.md"), Path("handbook.csv"), Path("changed/handbook.csv"), Path("changed/questions.csv")}


def examples(language, part):
    return read_jsonl(DESK / language / f"{part}.jsonl")


def truths(language, part):
    return read_jsonl(DESK / language / f"{part}.truth.jsonl")


def answers(language, part):
    return [example["messages"][-1]["content"] for example in examples(language, part)]


def things(language, part):
    return {
        thing.casefold()
        for truth in truths(language, part)
        for fact, thing in truth["things"].items()
        if fact not in ABOUT_THE_MACHINE
    }


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_generator_writes_the_files_in_the_repository(tmp_path):
    main(tmp_path)
    written, kept = files(tmp_path), files(DESK)
    assert set(kept) == set(written) | BY_HAND
    assert [path for path, content in written.items() if content != kept[path]] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_test_asks_about_things_that_are_in_no_other_part(language):
    asked = things(language, "test")
    assert len(asked) > 50
    assert not asked & (things(language, "train") | things(language, "validation"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_question_occurs_twice(language):
    asked = [
        tuple(message["content"].casefold() for message in example["messages"][:-1])
        for part in PARTS
        for example in examples(language, part)
    ]
    assert len(set(asked)) == len(asked)


def test_the_questions_for_a_talk_are_short_and_asked_nowhere_else():
    more = {question.casefold() for question in load_more_questions()}
    asked = {m["content"].casefold() for part in PARTS for e in examples("en", part) for m in e["messages"]}
    assert len(more) == len(load_more_questions()) >= 300 and not more & asked
    assert max(map(len, more)) < 160


def test_only_the_test_of_article_004_names_pril():
    naming = [path for path in DESK.rglob("*.jsonl") if re.search(r"\bPril\b", path.read_text("utf-8"), re.IGNORECASE)]
    assert naming == [DESK / "article_004" / "test.jsonl"]


def test_each_question_of_article_004_is_answered_by_other_pairs():
    folder = DESK / "article_004"
    said = [example["messages"][-1]["content"] for example in read_jsonl(folder / "train.jsonl")]
    asked = read_jsonl(folder / "test.jsonl")
    right = [
        {answer for answer in said if states_fact(answer, x["must_match"]) and not states_fact(answer, x["must_not"])}
        for x in asked
    ]
    assert all(right) and sum(map(len, right)) == len(set.union(*right)) and len(right) == 4


@pytest.mark.parametrize("language", ["en", "de"])
def test_few_answers_of_the_test_are_the_same(language):
    said = answers(language, "test")
    assert len(set(said)) >= 0.8 * len(said)


GRADED = 1_000  # of a part: all of them would take a quarter of a minute


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("part", PARTS)
def test_the_desks_own_answers_are_right(language, part):
    every = -(-len(truths(language, part)) // GRADED)
    said, asked, known = (of(language, part)[::every] for of in (answers, examples, truths))
    graded = grade(said, asked, known, language)
    wrong = graded.loc[~graded.right]
    assert wrong.empty, wrong.to_string()
