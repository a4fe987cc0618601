"""The page of what the articles showed: every thing has its state, and its place in the course if it has one."""

import re
from collections import Counter

import pytest

from helpers.paths import ROOT

from .. import markdown_links

PAGE = ROOT / "ARTICLES.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| the article shows"))
]


def test_the_page_counts_its_own_rows():
    said = re.search(r"Of (\d+) things, (\d+) are in the course, (\d+) partly and (\d+) not", PAGE.read_text("utf-8"))
    states = Counter(state for _, state, _ in ROWS)
    assert said and [len(ROWS), *(states[name] for name in ("yes", "partly", "no"))] == [int(n) for n in said.groups()]
    assert len(ROWS) == 47


@pytest.mark.parametrize(("state", "where"), [row[1:] for row in ROWS], ids=[row[0][:40] for row in ROWS])
def test_what_is_in_the_course_has_a_place_there(state, where):
    """The place is a heading of a lesson, or a page about the data. A link that broke is named."""
    places = markdown_links.links(where)
    assert state in ("yes", "partly", "no") and (places or state == "no")
    assert all("#" in place for place in places if ".ipynb" in place), "name the heading, not only the lesson"
    assert {place: why for place in places if (why := markdown_links.why_not(PAGE, place))} == {}
