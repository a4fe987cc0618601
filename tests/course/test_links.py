"""The links of all pages and notebooks, followed; and the follower itself, which has to find broken ones."""

import re

import pytest

from helpers.paths import NOTEBOOKS, ROOT
from tools import workshop
from tools.german import NOTEBOOKS_DE

from .. import markdown_links

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *(ROOT / folder / "README.md" for folder in ("data", "data/desk", "server", "tests/openapi")),
    *(ROOT / "server" / name for name in ("CLUSTER.md", "SCALE.md")),
    *sorted(NOTEBOOKS.glob("*.ipynb")),
    *sorted(NOTEBOOKS_DE.glob("*.ipynb")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_arrives_at_github_and_in_jupyterlab(page):
    assert list(markdown_links.broken(page)) == []


def test_links_arrive_in_the_archive_for_a_workshop_too():
    """What a page links to is in the archive, as the page is."""
    files = {ROOT / file for file in workshop.course_files()}
    pages = [file for file in files if file.suffix in (".md", ".ipynb")]
    targets = {target for page in pages for target in markdown_links.targets(page)}
    assert NOTEBOOKS / "02_upload.ipynb" in targets
    assert not targets - files


def test_the_teachers_page_names_sections_that_the_lessons_have():
    """In its table, what is in italics is a heading of the lesson that the row links to."""
    missing = {}
    for row in (ROOT / "TEACHING.md").read_text(encoding="utf-8").splitlines():
        named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", row)
        for lesson in re.findall(r"\((notebooks/\w+\.ipynb)\)", row):
            known = markdown_links.headings(markdown_links.text_of(ROOT / lesson))
            missing[lesson] = [name for name in named if name not in known]
    assert len(missing) == 6 and not any(missing.values()), missing


@pytest.fixture
def page(tmp_path):
    """Writes a page with this text, beside a page and a notebook to link to, and follows its links."""

    def follow(text):
        (tmp_path / "other.md").write_text('# Two Words\n\n<a id="here"></a>\n\n## lower case\n', encoding="utf-8")
        cells = '{"cells": [{"cell_type": "markdown", "source": ["## Who was *right*?\\n", "`a` b"]}]}'
        (tmp_path / "lesson.ipynb").write_text(cells, encoding="utf-8")
        (tmp_path / "page.md").write_text(text, encoding="utf-8")
        return list(markdown_links.broken(tmp_path / "page.md"))

    return follow


@pytest.mark.parametrize(
    "target", ["other.md", "other.md#here", "other.md#lower-case", "lesson.ipynb#Who-was-right?", "https://x.example/y"]
)
def test_a_link_that_arrives_is_no_finding(page, target):
    assert page(f"Read [this]({target}).") == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("none.md", "no such file"),
        ("other.md#Two-Words", "GitHub finds no such place in other.md"),
        ("other.md#two-words", "JupyterLab finds no such place in other.md"),
        ("lesson.ipynb#who-was-right", "JupyterLab finds no such place in lesson.ipynb"),
        ("lesson.ipynb#für-alle", "JupyterLab looks for it as the browser writes it, with % signs"),
        ("#nowhere", "JupyterLab finds no such place in page.md"),
    ],
)
def test_a_link_that_does_not_arrive_is_named_with_its_reason(page, target, why):
    assert page(f"# Page\n\nRead [this]({target}).") == [f"page.md: the link {target} does not arrive: {why}."]


def test_links_and_headings_in_code_do_not_count(page):
    assert page("`[x](none.md)`\n\n```\n[y](none.md)\n```\n") == []
    assert page("```\n# heading\n```\n[z](#heading)") != []


def test_a_heading_that_comes_again_has_a_number_at_github():
    assert markdown_links.github_ids("# a b\n# a b\n") == {"a-b", "a-b-1"}
