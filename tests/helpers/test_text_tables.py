"""Tables of texts: whole, at the left, and safe, whatever is in them."""

import re
from html import unescape

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import text_tables

LONG = "a long sentence " * 20
visible = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \n"), max_size=200)


def cells(html):
    return [unescape(cell.replace("<br>", "\n")) for cell in re.findall(r"<td[^>]*>(.*?)</td>", html, re.DOTALL)]


@given(st.lists(st.tuples(visible, visible), min_size=1, max_size=4))
def test_each_text_is_whole_and_nothing_in_it_is_html(rows):
    html = text_tables.left_aligned(pd.DataFrame(rows, columns=["claim", "verdict"]))._repr_html_()
    assert [cell.strip() for cell in cells(html)] == [text.strip() for row in rows for text in row]


def test_every_cell_and_header_stands_at_the_left():
    table = pd.DataFrame({"claim": [LONG], "n": [1]}, index=["a name"])
    html = text_tables.left_aligned(table)._repr_html_()
    assert len(re.findall(r"<t[dh]\b", html)) == html.count("text-align: left") == 6


@pytest.mark.parametrize(("index", "shown"), [(None, False), (["x", "y"], True), ([7, 3], True)])
def test_an_index_is_shown_if_it_says_something(index, shown):
    table = text_tables.left_aligned(pd.DataFrame({"claim": ["one", "two"]}, index=index))
    assert ("<th></th>" in re.sub(' style="[^"]*"', "", table._repr_html_())) == shown
    assert repr(table).splitlines()[1].split()[0] == (str(table.table.index[0]) if shown else "one")


def test_lines_stay_lines_and_a_missing_text_is_empty():
    table = pd.DataFrame({"answer": ["one\ntwo", None], "n": [1.5, None]}).assign(cell=pd.array([3, None], "Int64"))
    html = text_tables.as_html(table)
    assert cells(html) == ["one\ntwo", "1.5", "3", "", "", ""] and "one<br>two" in html


def test_in_a_terminal_it_is_whole_too():
    assert LONG.strip() in repr(text_tables.left_aligned(pd.DataFrame({"claim": [LONG], "n": [1]})))


def test_a_box_to_scroll_in_has_a_height():
    table = pd.DataFrame({"claim": [LONG]})
    box, plain = (text_tables.left_aligned(table, height)._repr_html_() for height in (380, None))
    assert box.startswith('<div style="max-height: 380px; overflow: auto">') and plain in box and "<div" not in plain


def test_texts_that_are_html_already_can_stay_so():
    link = pd.DataFrame({"source": ['<a href="x">y</a>']})
    assert cells(text_tables.as_html(link, escape=False)) == ['<a href="x">y</a>']
    assert "<a" not in text_tables.as_html(link)


def test_columns_with_names_in_two_rows_and_the_same_name_twice():
    table = pd.DataFrame([["a", "b"]], columns=pd.MultiIndex.from_tuples([("kind", "x"), ("kind", "x")]))
    assert cells(text_tables.as_html(table)) == ["a", "b"]


@pytest.mark.parametrize("table", [pd.DataFrame(), pd.DataFrame(columns=["kind", "line"])])
def test_a_table_without_rows_is_shown_too(table):
    shown = text_tables.left_aligned(table)
    assert cells(shown._repr_html_()) == [] and repr(shown).startswith("Empty")
