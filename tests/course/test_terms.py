"""The page of terms: in order, said in a sentence or two, each with a link, and used in the lessons."""

import re

import pytest

from helpers.paths import NOTEBOOKS, ROOT
from tools import term_links

from .. import markdown_links

PAGE = (ROOT / "TERMS.md").read_text(encoding="utf-8")
FIRST, ELSEWHERE = PAGE.split("\n## ")


def entries(part):
    """The heading of each term with the text below it."""
    return re.findall(r"^### (.+)\n\n(.+)$", part, re.MULTILINE)


@pytest.mark.parametrize("part", [FIRST, ELSEWHERE], ids=["in the lessons", "elsewhere"])
def test_terms_are_in_alphabetical_order_and_none_is_without_its_text(part):
    names = [term for term, _ in entries(part)]
    assert names and names == sorted(names, key=str.lower)
    assert len(names) == part.count("### ")


@pytest.mark.parametrize(("term", "text"), entries(PAGE), ids=lambda value: value.split(":")[0][:20])
def test_a_term_takes_few_words_and_one_link(term, text):
    assert len(text.split()) <= 50 and len(markdown_links.links(text)) == 1


def test_every_term_can_be_linked_to_at_github_and_in_jupyterlab():
    """An anchor is the id of GitHub; where the term has capitals or marks, it is written above the heading."""
    anchors = set(term_links.terms(PAGE.replace("\n## ", "\n")).values())
    assert anchors <= markdown_links.github_ids(PAGE) & markdown_links.jupyterlab_ids(PAGE)


@pytest.mark.parametrize("term", term_links.terms(PAGE))
def test_every_term_of_the_first_part_occurs_in_a_lesson(term):
    lessons = "\n".join(map(markdown_links.text_of, sorted(NOTEBOOKS.glob("*.ipynb"))))
    ignored = re.IGNORECASE if term == term.lower() else re.NOFLAG
    used = re.search(rf"(?<![\w-]){re.escape(term)}(?:s|es)?(?![\w-])", lessons, ignored)
    assert used is not None, f"no lesson has the word {term!r} any more: move it to the page's second part"
