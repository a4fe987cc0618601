"""What the book changes in a notebook, and which pages it has in which language."""

import pytest

from helpers.paths import ROOT
from tools.book import pages
from tools.book.source import contents, notebook_for_the_book

PICTURE = {"output_type": "display_data", "data": {"image/png": "AAAA"}}
IN_WORDS = "<details><summary>The figure in words</summary>\n\nIt falls.\n\n</details>"
WORDS = {"output_type": "display_data", "data": {"text/markdown": IN_WORDS}}


def code(*outputs, **metadata):
    return {"cell_type": "code", "source": "1", "metadata": metadata, "outputs": list(outputs)}


def text(*lines):
    return {"cell_type": "markdown", "source": "\n".join(lines), "metadata": {}}


def changed(*cells):
    return notebook_for_the_book({"metadata": {}, "cells": list(cells)})["cells"]


def alternative(cell):
    return cell["metadata"]["mystnb"]["image"]["alt"]


def test_what_jupyterlab_folds_is_folded_and_nothing_else():
    folded, other = changed(code(jupyter={"source_hidden": True}, tags=["setup"]), code(tags=["headline"]))
    assert folded["metadata"]["tags"] == ["setup", "hide-input"] and other["metadata"]["tags"] == ["headline"]


def test_a_figures_alternative_is_its_words_or_else_the_heading_above():
    first, second = changed(text("# Lesson", "## The curve", "Look."), code(PICTURE, WORDS), code(PICTURE))[1:]
    assert (alternative(first), alternative(second)) == ("It falls.", "The curve")


def test_text_stays_as_it_is():
    cell = text("# Lesson", "<details><summary>a) Yes.</summary>", "", "**No.**", "", "</details>")
    assert changed(cell) == [dict(cell)]


@pytest.fixture
def course(tmp_path):
    """The names of a course with two lessons, the first of them in German, too."""
    for name in (
        "README.md",
        "TERMS.md",
        "TEACHING.md",
        "README.de.md",
        "TERMS.de.md",
        "notebooks/01_a.ipynb",
        "notebooks/02_b.ipynb",
        "notebooks_de/01_a.ipynb",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_each_language_has_its_own_pages(course):
    assert pages.there_are(course) == [pages.ENGLISH, pages.GERMAN]
    english = ["README.md", "TERMS.md", "TEACHING.md", "notebooks/01_a.ipynb", "notebooks/02_b.ipynb"]
    assert pages.files(course, pages.ENGLISH) == english
    assert pages.files(course, pages.GERMAN) == ["README.de.md", "TERMS.de.md", "notebooks_de/01_a.ipynb"]


@pytest.mark.parametrize(
    ("page", "language", "other"),
    [
        ("README", pages.ENGLISH, "README.de"),
        ("notebooks/01_a", pages.ENGLISH, "notebooks_de/01_a"),
        ("notebooks/02_b", pages.ENGLISH, "README.de"),
        ("TEACHING", pages.ENGLISH, "README.de"),
        ("TERMS.de", pages.GERMAN, "TERMS"),
        ("notebooks_de/01_a", pages.GERMAN, "notebooks/01_a"),
    ],
)
def test_a_page_leads_to_itself_in_the_other_language_or_to_the_first_page(course, page, language, other):
    found = pages.counterpart(course, page, language)
    assert found and found[1] == other


def test_where_there_is_one_language_nothing_leads_to_another(course):
    (course / "notebooks_de" / "01_a.ipynb").unlink()
    assert pages.there_are(course) == [pages.ENGLISH]
    assert pages.counterpart(course, "README", pages.ENGLISH) is None


def test_the_menu_names_all_pages_in_order(course):
    assert (
        contents(course, pages.GERMAN).split()
        == (
            "```{toctree} :hidden: :caption: Lektionen notebooks_de/01_a ``` "
            "```{toctree} :hidden: :caption: Mehr TERMS.de ```"
        ).split()
    )


def test_every_page_at_the_top_of_the_course_is_in_the_book():
    there = {path.name for path in ROOT.glob("*.md") if not path.name.endswith(".de.md")}
    assert there <= set(pages.files(ROOT, pages.ENGLISH))
