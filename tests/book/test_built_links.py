"""The follower of links in built pages: what arrives is no finding, what does not is named."""

import pytest

from tools.book.built_links import findings


@pytest.fixture
def found(tmp_path):
    """Builds two pages, the first with this text in it, and gives the findings."""

    def follow(text):
        (tmp_path / "sub").mkdir(exist_ok=True)
        (tmp_path / "sub" / "other.html").write_text('<h2 id="the-way">x</h2><h3 id="Größe-?">y</h3>', encoding="utf-8")
        (tmp_path / "picture.png").write_bytes(b"")
        (tmp_path / "page.html").write_text(f'<h1 id="top">Page</h1>{text}', encoding="utf-8")
        return list(findings(tmp_path))

    return follow


@pytest.mark.parametrize(
    "text",
    [
        '<a href="sub/other.html">x</a>',
        '<a href="sub/other.html#the-way">x</a>',
        '<a href="sub/other.html#Gr%C3%B6%C3%9Fe-%3F">x</a>',
        '<a href="#top">x</a>',
        '<a href="https://elsewhere.example/">x</a>',
        '<img src="picture.png" alt="a picture">',
        '<img src="data:image/png;base64,AAAA" alt="a picture">',
    ],
)
def test_what_arrives_is_no_finding(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<a href="none.html">x</a>', "page.html: the link none.html does not arrive: no such file."),
        ('<a href="sub/other.html#no">x</a>', "page.html: the link sub/other.html#no does not arrive: no such place."),
        ('<a href="#nowhere">x</a>', "page.html: the link #nowhere does not arrive: no such place."),
        ('<img src="picture.png">', "page.html: the picture picture.png has no text alternative."),
        ('<script src="https://cdn.example/x.js">', "page.html loads https://cdn.example/x.js, which needs a network."),
        ('<img src="//cdn.example/x.png" alt="x">', "page.html loads //cdn.example/x.png, which needs a network."),
    ],
)
def test_what_does_not_arrive_is_named(found, text, why):
    assert found(text) == [why]


def test_templates_among_the_static_files_are_no_pages(found, tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "template.html").write_text('<a href="{{ where }}">x</a>', encoding="utf-8")
    assert found("") == []
