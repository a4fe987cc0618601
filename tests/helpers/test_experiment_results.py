"""Results of many trainings as tables, lesson 5's answers from its tape, and verdicts that follow from counts."""

import json

import pytest

from helpers.extras import experiment_results
from helpers.extras.decision_table import Case, Count, decide
from helpers.extras.experiment_results import checkpoints_of, draws_of, read_result
from helpers.t1000 import changed_facts, desk_files, desk_grading, lesson5

ABOUT = {"base_model": "small", "recorded": "2026-11-27T20:00:00Z", "processor": "a chip", "data": {}}


@pytest.fixture
def result(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment_results, "RESULTS", tmp_path)
    return lambda name, *rows: (tmp_path / f"{name}.jsonl").write_text("".join(map(line, (ABOUT, *rows))))


def line(row):
    return json.dumps(row) + "\n"


def test_a_result_says_where_it_comes_from(result, capsys):
    rows = ({"examples": 10, "seconds": 1800}, {"examples": 10, "seconds": 1800}, {"examples": 25})
    result("airport_curve", *rows)
    table = read_result("airport_curve")
    said = capsys.readouterr().out
    assert said == "airport_curve: 3 runs of small, 1.0 hours of training on a chip, begun on 2026-11-27\n"
    assert draws_of(table) == "1 to 2 draws of each size" and draws_of(table.head(2)) == "2 draws of each size"


def test_a_result_that_is_not_there_says_how_to_make_it(result):
    with pytest.raises(FileNotFoundError, match="python -m tools.experiments forgetting"):
        read_result("forgetting")
    result("forgetting")
    with pytest.raises(ValueError, match="no training yet"):
        read_result("forgetting")


def test_checkpoints_come_by_kind_and_readings(result):
    result(
        "overfitting",
        {"tickets": "b", "checkpoints": [{"readings": 0, "right": 5}]},
        {"tickets": "b", "seconds": 5, "checkpoints": [{"readings": n, "right": n} for n in (16, 32)]},
        {"tickets": "a", "seconds": 5, "checkpoints": [{"readings": 2, "right": 1}]},
        {"tickets": "b", "seconds": 5, "checkpoints": [{"readings": 2, "right": 4}]},
    )
    table = checkpoints_of(read_result("overfitting"))
    assert table[["tickets", "run", "readings", "right"]].to_numpy().tolist() == [
        ["b", 0, 0, 5],
        ["b", 3, 2, 4],
        ["b", 1, 16, 16],
        ["b", 1, 32, 32],
        ["a", 2, 2, 1],
    ]
    assert set(table.learning_rate_multiplier) == {2.5}


def test_trainings_with_a_rate_of_their_own_stand_apart(result):
    result(
        "overfitting",
        {"tickets": "b", "checkpoints": [{"readings": 0}]},
        {"tickets": "b", "learning_rate_multiplier": 0.5, "checkpoints": [{"readings": 2}]},
        {"tickets": "b", "checkpoints": [{"readings": 4}]},
    )
    table = checkpoints_of(read_result("overfitting"))
    assert table.learning_rate_multiplier.tolist() == [2.5, 2.5, 0.5] and table.readings.tolist() == [0, 4, 2]


def test_lesson_5s_answers_are_those_that_it_counted():
    examples, truths = desk_files.load_tickets("test")
    answers = lesson5.recorded_answers(lesson5.TUNED, desk_files.prompts_of(examples))
    assert desk_grading.grade(answers, examples, truths).right.sum() == 220
    changed = desk_files.prompts_of(changed_facts.load_changed_tickets()[0])
    for suffix, right in {lesson5.TUNED: 0, lesson5.TUNED_WITH_ENTRIES: 26}.items():
        assert changed_facts.grade_changed(lesson5.recorded_answers(suffix, changed)).right.sum() == right


def test_the_closed_list_is_counted_as_in_lesson_5():
    closed = lesson5.closed_list()
    assert (closed.classifier.sum(), len(closed)) == (135, 164)
    ours = lesson5.different_answers(desk_files.load_tickets("train")[0])
    assert ours.splitlines()[0] == "easier desk: 37 different answers in 1,902 examples"
    assert ours.splitlines()[1] == "our desk: 4,745 different answers in 5,911 examples"


def test_a_prompt_that_lesson_5_did_not_ask_is_named():
    with pytest.raises(LookupError, match=r"no recorded answer of 't1000' to this: .*Hello"):
        lesson5.recorded_answers(lesson5.TUNED, [[{"role": "user", "content": "Hello?"}]])


def counted(**right_of):
    return {name: Count(*count) for name, count in right_of.items()}


def test_verdicts_follow_from_the_counts():
    table = decide(
        [
            Case("told apart", counted(classifier=(13, 30), tuned=(29, 30)), "here"),
            Case("not told apart", counted(classifier=(20, 30), tuned=(23, 30)), "here"),
            Case("the cheapest is last of three", counted(none=(0, 64), tuned=(34, 64), classifier=(35, 64)), "here"),
            Case("not enough", counted(classifier=(20, 30), tuned=(23, 30)), "there", enough=1),
            Case("equal", counted(classifier=(3, 9), tuned=(3, 9)), "there"),
            Case("nothing", {"classifier": [False] * 9, "tuned": [False] * 9}, "there"),
        ]
    )
    assert table["take"].tolist() == [
        "tuned",
        "classifier, the cheaper: not told apart",
        "tuned, the cheaper: not told apart",
        "none of them: 100% are wanted",
        "classifier, the cheaper: not told apart",
        "none of them: nothing is right",
    ]
    assert table.counted["told apart"] == "classifier 13 of 30; tuned 29 of 30" and table.p["told apart"] < 0.001


def test_the_same_questions_are_paired_and_p_is_corrected_for_the_number_of_cases():
    """9 of 40 differ, all to one side: p = 2 / 2 ** 9 by McNemar's test, 0.03 as if the questions were different."""
    paired = Case("paired", {"edited": [True] * 35 + [False] * 5, "tuned": [True] * 26 + [False] * 14}, "here")
    counts = Case("counts", counted(edited=(35, 40), tuned=(26, 40)), "here")
    assert decide([paired]).p["paired"] == pytest.approx(2 / 2**9)
    assert decide([counts]).p["counts"] == pytest.approx(0.0339, abs=1e-4)
    both = decide([paired, counts, counts._replace(need="again")])
    assert both.p.tolist() == pytest.approx([3 * 2 / 2**9, 2 * 0.0339, 2 * 0.0339], abs=1e-4)
    assert both["take"].tolist() == ["edited", *["edited, the cheaper: not told apart"] * 2]


def test_a_case_with_one_contestant_is_refused():
    with pytest.raises(ValueError, match="alone: a verdict needs two"):
        decide([Case("alone", counted(classifier=(135, 164)), "there")])
