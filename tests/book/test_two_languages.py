"""A small course in two languages, built: each book has its own pages, and leads to the other one."""

import nbformat
import pytest

from .. import needs


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a course, and that of its books."""
    needs.sphinx()
    from tools.book.__main__ import build

    root, out = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("books")
    for suffix, folder, other in (("", "notebooks", "README.de.md"), (".de", "notebooks_de", "README.md#The-way")):
        home = f"# Home\n\n[Lesson]({folder}/01_a.ipynb) and [the other]({other})\n\n## The way\n"
        (root / f"README{suffix}.md").write_text(home, encoding="utf-8")
        (root / folder).mkdir()
        lesson = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_markdown_cell(f"# One\n\n[Back](../README{suffix}.md#The-way), [on](../CHANGELOG.md)"),
                nbformat.v4.new_code_cell("!curl -s $URL", metadata={"jupyter": {"source_hidden": True}}),
            ]
        )
        nbformat.write(lesson, root / folder / "01_a.ipynb")
    (root / "CHANGELOG.md").write_text("# Changes\n", encoding="utf-8")
    build(out, root)
    return root, out


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("en/README.html", "../de/README.de.html"),
        ("de/README.de.html", "../en/README.html#The-way"),
        ("de/notebooks_de/01_a.html", "../../en/CHANGELOG.html"),
        ("de/notebooks_de/01_a.html", "../../en/notebooks/01_a.html"),
        ("en/notebooks/01_a.html", "../../de/notebooks_de/01_a.html"),
    ],
)
def test_links_lead_from_one_book_to_the_other(course, page, link):
    assert f'href="{link}"' in (course[1] / page).read_text(encoding="utf-8")


def test_each_book_speaks_its_language(course):
    german = (course[1] / "de" / "README.de.html").read_text(encoding="utf-8")
    assert '<html lang="de"' in german and "Lektionen" in german and "Suche" in german
    assert not (course[1] / "de" / "CHANGELOG.html").exists()


def test_the_first_page_leads_to_english(course):
    assert "url=en/index.html" in (course[1] / "index.html").read_text(encoding="utf-8")
    assert "url=README.html" in (course[1] / "en" / "index.html").read_text(encoding="utf-8")


def test_a_link_that_does_not_arrive_stops_the_build(course, tmp_path):
    from tools.book.__main__ import build

    root, _ = course
    page = root / "TERMS.md"
    page.write_text("# Terms\n\n[x](README.md#no-such-place)\n", encoding="utf-8")
    try:
        with pytest.raises(SystemExit, match="TERMS.html: the link README.html#no-such-place does not arrive"):
            build(tmp_path / "out", root)
    finally:
        page.unlink()
