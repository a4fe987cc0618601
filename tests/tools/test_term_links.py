"""Links from the lessons to the page of terms."""

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.paths import NOTEBOOKS
from tools import term_links

ANCHORS = {"token": "token", "prompt": "prompt", "system prompt": "system-prompt", "RAG": "rag", "loss": "loss"}
TOKEN = "[token](../TERMS.md#token)"


def linked(*texts):
    return term_links.linked(list(texts), ANCHORS)


def test_the_first_use_in_a_lesson_is_linked_and_no_later_one():
    assert linked("A token, a token.", "A token.") == [f"A {TOKEN}, a token.", "A token."]


@pytest.mark.parametrize(
    "text",
    [
        "## A token",
        "> said: token",
        "a `token` in code",
        "```python\ntoken = 1\n```",
        "[a token](page.md)",
        "![a token](picture.svg)",
        "[![a token](badge.svg)](https://token.example)",
        "https://site.example/token",
        '<img alt="a token">',
        "<details><summary>a) a token.</summary>",
        "tokenizer, trained_tokens, sub-token, token-wise",
        "a rag for the floor",
    ],
)
def test_what_is_no_plain_use_of_the_word_stays(text):
    assert linked(text, "token") == [text, TOKEN]


def test_a_longer_term_goes_before_a_shorter_one_in_it():
    [text] = linked("The system prompt, another system prompt, a prompt.")
    assert text == (
        "The [system prompt](../TERMS.md#system-prompt), another system prompt, a [prompt](../TERMS.md#prompt)."
    )


def test_plurals_capitals_and_emphasis_are_uses():
    assert linked("**Tokens**, *losses*, (RAG)") == [
        "**[Tokens](../TERMS.md#token)**, *[losses](../TERMS.md#loss)*, ([RAG](../TERMS.md#rag))"
    ]


def test_a_link_moves_to_a_use_that_was_written_before_it():
    assert linked("A token.", f"Here {TOKEN}.") == [f"A {TOKEN}.", "Here token."]


PIECES = st.sampled_from([*ANCHORS, "s", " ", "\n", "`", "```\n", "[", "](x)", "!", "#", "> ", "*", "<b>", "|", "-"])


@given(st.lists(st.lists(PIECES).map("".join), max_size=4))
@example(["[[token](x)", "[ token ](x)"])
def test_only_links_are_added_and_a_second_run_changes_nothing(texts):
    once = linked(*texts)
    assert [term_links.LINK.sub(r"\1", text) for text in once] == texts
    assert linked(*once) == once


def test_terms_are_those_before_the_second_part():
    assert term_links.terms("# Terms\n\n### loss\n\nText.\n\n### Holm's rule\n\n## Elsewhere\n\n### bias\n") == {
        "loss": "loss",
        "Holm's rule": "holms-rule",
    }


def test_header_footer_and_code_cells_stay():
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("job", metadata={"tags": ["header"]}),
        new.new_code_cell("job"),
        new.new_markdown_cell("job"),
    ]
    notebook = new.new_notebook(cells=cells)
    term_links.link_terms(notebook, "04_poll_events")
    assert [cell.source for cell in notebook.cells] == ["job", "job", "[job](../TERMS.md#job)"]


def test_everyday_words_are_terms_and_are_not_linked_in_their_lesson():
    anchors = term_links.terms((term_links.ROOT / "TERMS.md").read_text(encoding="utf-8"))
    for lesson, words in term_links.EVERYDAY.items():
        assert (NOTEBOOKS / f"{lesson}.ipynb").exists() and words <= set(anchors)
        notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", 4)
        term_links.link_terms(notebook, lesson)
        assert not [c for c in notebook.cells if any(f"TERMS.md#{anchors[word]})" in c.source for word in words)]
