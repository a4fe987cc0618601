"""The minutes that a lesson names are those that its cells need."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.paths import NOTEBOOKS
from tools.lessons import LESSONS
from tools.reading_time import EXERCISE, FIGURE, minutes

EVEN = 5  # minutes; lessons name multiples of it


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_takes_the_minutes_that_it_names(lesson):
    counted = minutes(nbformat.read(NOTEBOOKS / f"{lesson.name}.ipynb", 4))
    assert lesson.minutes % EVEN == 0
    assert abs(counted - lesson.minutes) < EVEN, f"{counted:.0f} minutes: correct the lesson in tools/lessons.py"


def test_the_story_of_lessons_1_to_6_takes_90_minutes():
    story = [nbformat.read(NOTEBOOKS / f"{lesson.name}.ipynb", 4) for lesson in LESSONS if lesson.number <= 6]
    assert len(story) == 6 and sum(map(minutes, story)) <= 90


def stream(lines):
    return new_code_cell("a = 1", outputs=[new_output("stream", text="line\n" * lines)])


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([], 0),
        ([new_markdown_cell("word " * 200)], 1),
        ([new_markdown_cell("[two words](a/long%20address.md) " * 100)], 1),
        ([new_code_cell("a = 1\n" * 15)], 1),
        (
            [new_code_cell("", outputs=[new_output("display_data", {"image/png": "", "text/plain": "<Figure>"})])],
            FIGURE,
        ),
        ([new_code_cell('exercises.check("name", name)')], 0),
        ([new_markdown_cell("**Hard: more.** " * 100)], 0),
        ([new_markdown_cell("## For the curious"), new_markdown_cell("word " * 200)], 0),
        ([new_markdown_cell("word " * 200, metadata={"tags": ["header"]})], 0),
    ],
)
def test_it_counts_what_is_read(cells, wanted):
    assert minutes(new_notebook(cells=cells)) == pytest.approx(EXERCISE + wanted)


def test_nobody_reads_a_long_output_to_its_end():
    assert minutes(new_notebook(cells=[stream(20)])) < minutes(new_notebook(cells=[stream(40)]))
    assert minutes(new_notebook(cells=[stream(40)])) == minutes(new_notebook(cells=[stream(4_000)]))
