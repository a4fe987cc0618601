"""Each exercise with right and wrong answers, and whatever else a reader may give."""

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import exercises, stats
from helpers.exercises import own_score
from helpers.paths import NOTEBOOKS
from tools.publish import SETUP

from . import answers


@pytest.fixture(autouse=True)
def no_score(monkeypatch):
    monkeypatch.setenv("COURSE_SCORE", own_score.OFF)


def said_of(name, mine, capsys):
    exercises.check(name, mine)
    [line] = capsys.readouterr().out.splitlines()
    return line


def test_each_exercise_has_at_least_three_right_and_five_wrong_answers():
    assert set(answers.RIGHT) == set(answers.WRONG) == set(exercises.EXERCISES)
    assert min(map(len, answers.RIGHT.values())) >= 3 and min(map(len, answers.WRONG.values())) >= 5


@pytest.mark.parametrize("name, n", [(name, n) for name, all_of in answers.RIGHT.items() for n in range(len(all_of))])
def test_a_right_answer_is_accepted(name, n, capsys):
    assert said_of(name, answers.RIGHT[name][n], capsys).startswith("Right. ")


@pytest.mark.parametrize("name, n", [(name, n) for name, all_of in answers.WRONG.items() for n in range(len(all_of))])
def test_a_wrong_answer_is_refused_in_a_sentence(name, n, capsys):
    line = said_of(name, answers.WRONG[name][n], capsys)
    assert line.startswith("Not yet: ") and line.endswith(".") and "cannot be tried" not in line


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_who_has_not_begun_is_told_how(name, capsys):
    for mine in (None, lambda *_: None):
        if mine is None or name in answers.FUNCTIONS:
            line = said_of(name, mine, capsys)
            assert line.startswith("Not begun. ") and f'exercises.hint("{name}")' in line


class Odd:
    def __repr__(self):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    def __hash__(self):
        raise RuntimeError("no")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.builds(Odd),
    lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["messages", "role", "content", "x"]), x) | st.tuples(x, x),
    max_leaves=8,
)


@pytest.mark.parametrize("name", exercises.EXERCISES)
@given(anything)
def test_nothing_that_a_reader_gives_stops_the_cell(name, value):
    exercises.check(name, value)
    exercises.check(name, lambda *_: value)
    exercises.check(name, [value] * 5)


def test_who_gives_one_for_yes_is_told_that_true_is_wanted(capsys):
    assert said_of("near_copies", lambda one, other: 1, capsys).endswith(", so True is wanted.")


def test_an_error_of_the_readers_function_is_told_with_the_input_and_what_is_right(capsys):
    def answer_loss(probabilities):
        return 1 / (1 - probabilities[0])

    line = said_of("answer_loss", answer_loss, capsys)
    assert line == (
        "Not yet: answer_loss([1.0]) stops with ZeroDivisionError: float division by zero, "
        "but a token that is certain has a loss of 0."
    )


def test_hints_come_one_by_one(capsys, monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})
    for _ in range(4):
        exercises.hint("answer_loss")
    first, second, third, last = capsys.readouterr().out.splitlines()
    assert (
        first.startswith("Hint 1 of 3: ") and second.startswith("Hint 2 of 3: ") and third.startswith("Hint 3 of 3: ")
    )
    assert "solutions.ipynb" in last


def test_an_unknown_exercise_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="no exercise 'answer_los'. There are: .*answer_loss"):
        exercises.check("answer_los", None)


def test_the_score_counts_tries_hints_and_what_is_solved(tmp_path, monkeypatch, capsys):
    file = tmp_path / "folder" / "score.json"
    monkeypatch.setenv("COURSE_SCORE", str(file))
    exercises.check("answer_loss", None)
    assert not file.exists()
    exercises.check("answer_loss", lambda p: 1)
    exercises.hint("answer_loss")
    exercises.check("answer_loss", lambda p: sum(-math.log(x) for x in p) / len(p))
    exercises.check("answer_loss", lambda p: 2)
    assert exercises.score().loc["answer_loss"].to_dict() == {
        "lesson": 4,
        "level": "easy",
        "tries": 3,
        "hints": 1,
        "solved": True,
    }


def test_a_score_that_cannot_be_kept_stops_nobody(tmp_path, monkeypatch, capsys):
    file = tmp_path / "score.json"
    file.write_text("[1", encoding="utf-8")
    monkeypatch.setenv("COURSE_SCORE", str(file))
    exercises.check("interval", "b")
    out = capsys.readouterr().out
    assert out.startswith("Right.") and "could not be kept" in out and file.read_text(encoding="utf-8") == "[1"


def code_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_each_exercise_stands_in_its_lesson_and_in_the_solutions():
    solutions = code_of(NOTEBOOKS / "solutions.ipynb")
    assert solutions[0] == SETUP
    solved = re.findall(r'exercises\.check\("(\w+)"', "\n".join(solutions))
    asked = [
        (name, int(path.name[:2]))
        for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
        for name in re.findall(r'exercises\.check\("(\w+)"', "\n".join(code_of(path)))
    ]
    assert asked == [(name, x.lesson) for name, x in exercises.EXERCISES.items()]
    assert solved == list(exercises.EXERCISES)


def test_a_lesson_has_at_least_two_exercises_of_different_levels_the_easiest_first():
    levels = {}
    for exercise in exercises.EXERCISES.values():
        levels.setdefault(exercise.lesson, []).append(("easy", "middle", "hard").index(exercise.level))
    assert levels.keys() == {int(path.name[:2]) for path in NOTEBOOKS.glob("[0-9]*.ipynb")}
    for lesson, order in levels.items():
        assert len(order) >= 2 and order == sorted(set(order)) and order[0] == 0, lesson


def test_the_interval_of_the_exercise_is_right():
    assert [f"{end:.0%}" for end in stats.exact_interval(164, 300)] == ["49%", "60%"]
