"""The German course beside the English one: nothing missing, nothing stale, the same code, and as much said."""

import re
from itertools import pairwise

import nbformat
import pytest

from helpers.paths import NOTEBOOKS, ROOT
from tools import german, german_findings, publish, term_links, translation, way_map
from tools.lessons import LESSONS

from .. import markdown_links
from . import test_quizzes

LESSON_PAIRS = [pair for pair in translation.pairs() if pair.english.suffix == ".ipynb"]
each_pair = pytest.mark.parametrize("pair", translation.pairs(), ids=lambda pair: pair.name)
each_lesson = pytest.mark.parametrize("name", [pair.name for pair in LESSON_PAIRS])
TEXTS = [
    pytest.param(english, pair.german_texts()[key].text, id=f"{pair.name} {key}")
    for pair in translation.pairs()
    for key, english in pair.english_texts().items()
    if key != translation.FRAME and key in pair.german_texts()  # what is missing is named above
]
each_text = pytest.mark.parametrize(("english", "in_german"), TEXTS)


@each_pair
def test_every_text_is_translated_as_it_stands(pair):
    assert list(translation.findings(pair)) == []


@each_lesson
def test_the_notebooks_differ_in_their_prose_only(name):
    english, made = (nbformat.read(folder / f"{name}.ipynb", 4) for folder in (NOTEBOOKS, german.NOTEBOOKS_DE))
    without_prose = [
        [cell | {"source": ""} if cell.cell_type == "markdown" else cell for cell in notebook.cells]
        for notebook in (english, made)
    ]
    assert without_prose[0] == without_prose[1] and english.metadata == made.metadata
    assert german.NOT_YET not in markdown_links.text_of(german.NOTEBOOKS_DE / f"{name}.ipynb")


def test_a_lesson_has_a_german_notebook_or_is_named_as_english_only():
    made = {path.stem for path in german.NOTEBOOKS_DE.glob("*.ipynb")}
    assert made == {lesson.name for lesson in LESSONS} - translation.ONLY_ENGLISH
    table = (ROOT / "README.de.md").read_text(encoding="utf-8")
    for name in translation.ONLY_ENGLISH:
        assert re.search(rf"noch nur auf Englisch\)\]\(notebooks/{name}.ipynb\)", table)


@each_text
def test_a_german_text_has_the_englishs_headings_numbers_code_and_folds(english, in_german):
    for said in (code, numbers, folds):
        missing = said(english) - said(in_german)
        assert not missing, f"{said.__name__}: {missing}"
    assert levels(english) == levels(in_german)


def levels(text):
    return re.findall(r"^#+(?= )", markdown_links.FENCED.sub("", text), re.MULTILINE)


def code(text):
    """What stands between backticks or fences, but for paths to pages that are German there."""
    return set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)) | set(fences(text))


def fences(text):
    return re.findall(r"^(?:```)\w*\n(.*?)^```", text.replace("notebooks_de/", "notebooks/"), re.MULTILINE | re.DOTALL)


def numbers(text):
    """All numbers, without the marks that both languages set in another way; not those of addresses."""
    words = re.sub(r"\]\([^)]*\)|<a id=[^>]*>", "]", text)
    return {re.sub(r"[.,\s]", "", number) for number in re.findall(r"\d+(?:[.,]\d+)*", words)}


def folds(text):
    return {("folds", text.count("<details>"))}


@pytest.mark.parametrize("name", [path.stem for path in test_quizzes.LESSONS])
def test_the_closing_questions_have_the_same_right_options(name):
    english, in_german = (
        test_quizzes.questions(folder / f"{name}.ipynb", *words)
        for folder, words in ((NOTEBOOKS, ()), (german.NOTEBOOKS_DE, ("## Prüfen Sie sich\n", "Richtig", "Nein")))
    )
    right = [[option[0] for option in options if option[2] == "Right"] for options in english.values()]
    assert right == [[option[0] for option in options if option[2] == "Richtig"] for options in in_german.values()]
    for question, options in in_german.items():
        assert [letter for letter, *_ in options] == ["a", "b", "c"], question
        assert sorted(verdict for *_, verdict, _ in options) == ["Nein", "Nein", "Richtig"], question


def test_what_lesson_5_found_is_said_in_german():
    for line in publish.headline().splitlines():
        assert german_findings.german(line.removeprefix("- ")), f"put it into tools/german_findings.py: {line}"


def test_the_counts_of_a_finding_stay():
    said = german_findings.german(
        "Answers that take up what a customer says: tuned 1 of 30, the best without tuning (classifier) 12 of 30."
    )
    assert said is not None and said.index("1 von 30") < said.index("12 von 30")


def test_terms_are_in_alphabetical_order_and_have_the_english_anchors():
    english = (ROOT / "TERMS.md").read_text(encoding="utf-8")
    names = list(german.terms())
    assert all(one.lower() <= other.lower() for one, other in pairwise(names))
    assert set(german.terms().values()) == set(term_links.terms(english).values())


@pytest.mark.parametrize("term", german.terms())
def test_every_term_of_the_first_part_is_used_in_a_german_lesson(term):
    lessons = "\n".join(map(markdown_links.text_of, sorted(german.NOTEBOOKS_DE.glob("*.ipynb"))))
    linked = f"]({german.TERMS_PAGE}#{german.terms()[term]})"
    assert linked in lessons or f"`{term}`" in lessons, f"no lesson uses the word {term!r}"


@pytest.mark.parametrize("present", way_map.GERMAN.steps)
def test_the_german_map_has_the_lessons_of_the_english_one(present):
    assert way_map.GERMAN.steps.keys() == way_map.ENGLISH.steps.keys()
    assert f"Sie sind bei Schritt {present}." in way_map.way_map(present, way_map.GERMAN)
