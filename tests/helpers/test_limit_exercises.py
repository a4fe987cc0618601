"""The exercises of lesson 9, before its lesson is recorded, with right and wrong answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.exercises import about_limits
from helpers.exercises.exercise import NotBegun, NotYet

from . import answers_about_limits as answers

BY_NAME = {exercise.name: exercise for exercise in about_limits.EXERCISES}


def each(those):
    return [(name, n) for name, all_of in those.items() for n in range(len(all_of))]


def test_each_has_at_least_three_right_and_five_wrong_answers_and_three_levels():
    assert set(answers.RIGHT) == set(answers.WRONG) == set(BY_NAME)
    assert min(map(len, answers.RIGHT.values())) >= 3 and min(map(len, answers.WRONG.values())) >= 5
    assert [exercise.level for exercise in about_limits.EXERCISES] == ["easy", "middle", "hard"]


@pytest.mark.parametrize("name, n", each(answers.RIGHT))
def test_a_right_answer_is_accepted(name, n):
    BY_NAME[name].judge(answers.RIGHT[name][n])


@pytest.mark.parametrize("name, n", each(answers.WRONG))
def test_a_wrong_answer_is_refused_in_a_sentence(name, n):
    with pytest.raises(NotYet, match=r".*\.$"):
        BY_NAME[name].judge(answers.WRONG[name][n])


def test_a_function_without_a_body_is_not_begun():
    for name in ("only_one", "pair_interval"):
        with pytest.raises(NotBegun):
            BY_NAME[name].judge(lambda *_: None)


@given(st.lists(st.text() | st.none() | st.integers(), min_size=3, max_size=5))
def test_whatever_texts_a_reader_gives_are_refused_in_a_sentence(mine):
    with pytest.raises(NotYet):
        BY_NAME["a_pair"].judge(mine)
