"""A change of the English shows in what is found missing or stale, and a translator sees what changed."""

import json
import subprocess

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import german, translate, translation
from tools.translation import Pair, digest, findings, sections

GERMAN = "<!-- aa en:{} -->\nEins.\n\n<!-- bb en:{} -->\n## Zwei\n\nZwei.\n"


def lesson(**texts):
    cells = [{"cell_type": "markdown", "id": "h", "source": "# L", "metadata": {"tags": ["header"]}}]
    cells += [{"cell_type": "markdown", "id": key, "source": [text], "metadata": {}} for key, text in texts.items()]
    cells.append({"cell_type": "code", "id": "cc", "source": "1 + 1", "metadata": {}, "outputs": []})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """A lesson of two texts, both translated, in a folder of its own."""
    for module in (translation, translate):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    made = Pair("x", tmp_path / "x.ipynb", tmp_path / "x.md")
    made.english.write_text(lesson(aa="One.", bb="## Two\n\nTwo."))
    made.german.write_text(GERMAN.format(digest("One."), digest("## Two\n\nTwo.")))
    return made


def test_what_is_translated_as_it_stands_is_no_finding(pair):
    assert list(findings(pair)) == []


def test_a_changed_english_text_is_named_with_its_lesson_its_cell_and_what_to_do(pair):
    pair.english.write_text(lesson(aa="One!", bb="## Two\n\nTwo."))
    [found] = findings(pair)
    assert found.startswith("x, aa: the English has changed") and "python -m tools.translate x --done" in found


def test_a_new_english_cell_is_missing_in_german(pair):
    pair.english.write_text(lesson(aa="One.", bb="## Two\n\nTwo.", new="Three."))
    [found] = findings(pair)
    assert found.startswith("x, new: the German is missing in x.md") and "<!-- new en:new -->" in found


def test_a_german_text_whose_english_is_gone_is_left_over(pair):
    pair.english.write_text(lesson(aa="One."))
    assert [found.split(". ")[0] for found in findings(pair)] == ["x, bb: the English is gone"]


def test_a_lesson_without_any_german_is_one_finding(pair):
    pair.german.unlink()
    [found] = findings(pair)
    assert "no German at all" in found and "ONLY_ENGLISH" in found


def test_a_link_to_a_term_that_moved_is_no_change(pair):
    pair.english.write_text(lesson(aa="[One](../TERMS.md#one).", bb="## Two\n\nTwo."))
    assert list(findings(pair)) == []


def test_two_texts_with_the_same_mark_are_refused(pair):
    with pytest.raises(ValueError, match="Two German texts have the mark of aa: keep one"):
        translation.read_marked(pair.german.read_text().replace("bb", "aa"))


def test_the_english_then_and_now_are_shown_beside_the_german(pair, tmp_path):
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    pair.english.write_text(lesson(aa="One.\nAnd more.", bb="## Two\n\nTwo.", new="Three."))
    [stale, missing] = translate.shown(pair)
    assert "+And more." in stale and "Eins." in stale and "-One." not in stale
    assert missing == "<!-- new en:new -->\nThree.\n"


def test_a_renewed_text_is_no_finding_and_the_others_stay(pair):
    pair.english.write_text(lesson(aa="One!", bb="## Two\n\nTwo!"))
    assert translate.renew(pair, ["aa"]) == ["aa"]
    assert [found.split(":")[0] for found in findings(pair)] == ["x, bb"]
    assert translate.renew(pair, []) == ["bb"] and list(findings(pair)) == []


def test_a_page_is_cut_at_its_headings_and_generated_parts_do_not_count():
    page = "# Page\n\nText.\n<!-- t -->\n| 1 |\n<!-- /t -->\n\n## Two words\n\n```sh\n# no heading\n```\n"
    assert sections(page) == {"page": "# Page\n\nText.", "two-words": "## Two words\n\n```sh\n# no heading\n```"}
    assert sections(page.replace("| 1 |", "| 2 |")) == sections(page)


@given(st.dictionaries(st.from_regex(r"\A[a-z0-9-]{1,8}\Z"), st.from_regex(r"\A[a-zäöü#<>!\n -]{0,40}\Z")))
def test_marked_texts_are_read_as_they_were_written(texts):
    written = "".join(f"<!-- {key} en:{digest(text)} -->\n{text}\n\n" for key, text in texts.items())
    read = translation.read_marked(written)
    assert {key: found.text for key, found in read.items()} == {key: text.strip() for key, text in texts.items()}


def test_a_notebook_that_is_half_translated_says_so_and_keeps_its_code():
    pair = translation.pairs()[0]
    english = nbformat.read(pair.english, 4)
    english.cells.insert(2, nbformat.v4.new_markdown_cell("Not known in German.", id="new"))
    made = german.notebook(english, pair)
    assert made.cells[2].source == f"{german.NOT_YET}\n\nNot known in German."
    assert [c for c in made.cells if c.cell_type == "code"] == [c for c in english.cells if c.cell_type == "code"]


def test_a_heading_with_an_umlaut_gets_an_anchor_that_jupyterlab_finds():
    assert german.with_anchors("## Für alle\n\nText ü.\n\n## Ende") == (
        '<a id="Fuer-alle"></a>\n\n## Für alle\n\nText ü.\n\n## Ende'
    )
