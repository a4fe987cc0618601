"""The questions that close a lesson: every option explained, one right, and none given away by its looks."""

import re

import pytest

from helpers.paths import NOTEBOOKS

from .. import markdown_links

LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
OPTION = r"<details><summary>([abc])\) (.+)</summary>\n\n\*\*({right}|{wrong})\.\*\* (.+)\n\n</details>"


def questions(path, heading="## Check yourself\n", right="Right", wrong="No"):
    """The options of each question, as (letter, text, verdict, reason), by the question."""
    quiz = markdown_links.text_of(path).split(heading)[1].split("\n## ")[0]
    option = re.compile(OPTION.format(right=right, wrong=wrong))
    _, *parts = re.split(r"^\*\*\d\.\*\* ", quiz, flags=re.MULTILINE)
    assert quiz.count("<details>") == len(option.findall(quiz)), "an option that is written in another way"
    return {part.splitlines()[0]: option.findall(part) for part in parts}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_ends_with_questions_whose_options_are_all_explained(path):
    asked = questions(path)
    assert 2 <= len(asked) <= 3
    for question, options in asked.items():
        assert [letter for letter, *_ in options] == ["a", "b", "c"], question
        assert sorted(verdict for *_, verdict, _ in options) == ["No", "No", "Right"], question
        assert all(len(why.split()) >= 8 for *_, why in options), question


def test_neither_place_nor_length_gives_the_right_option_away():
    asked = [options for path in LESSONS for options in questions(path).values()]
    right = [next(option for option in options if option[2] == "Right") for options in asked]
    places = [letter for letter, *_ in right]
    assert all(places.count(letter) >= len(places) / 4 for letter in "abc")
    longest = sum(
        one[1] == max((text for _, text, *_ in options), key=len) for one, options in zip(right, asked, strict=True)
    )
    assert longest <= len(asked) / 2
