"""The tables and figures of lesson 6."""

import math
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers import prices
from helpers.extras import cost_charts, price_table


@pytest.fixture
def figure(monkeypatch):
    """Draws, and gives the axes before they are shown."""
    monkeypatch.setattr(plt, "show", lambda: None)
    plt.close("all")
    yield plt.gca
    plt.close("all")


def test_each_source_of_a_price_is_a_link():
    table = prices.table()
    html = str(price_table.price_list(table).data)
    assert re.findall(r'href="([^"]+)"', html) == table.source_url.tolist()
    assert html.count("<tr") == len(table) + 1
    assert "0.8 / 3.2" in html and ">– / –<" not in html  # mini, tuned; one dash if nothing is known


def test_what_is_no_html_stays_text():
    odd = prices.table().head(1).assign(source="A & B <copy>", source_url='https://example.org/?a="1"&b=2')
    html = str(price_table.price_list(odd).data)
    assert "A &amp; B &lt;copy&gt;" in html and 'href="https://example.org/?a=&quot;1&quot;&amp;b=2"' in html


def answers_by_hours():
    return pd.DataFrame({"A": [100.0, 1e6], "B": [1e4, 1e7], "C": [math.inf, math.inf]}, index=[0, 8])


def test_the_figure_names_each_line_and_what_never_pays(figure):
    cost_charts.hours(answers_by_hours(), {"1,000 answers a day until the models are gone": 53_000, "a year": 365_000})
    axes = figure()
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.get_lines()}
    assert drawn["A"] == [100, 1e6] and drawn["B"] == [1e4, 1e7] and "C" not in drawn
    said = [text.get_text() for text in axes.texts]
    assert any("A" in text for text in said) and any("never: C" in text for text in said)
    assert any("1,000 answers a day" in text for text in said) and " a year" in said


def test_no_label_of_the_figure_is_cut_off(figure):
    cost_charts.hours(answers_by_hours(), {"1,000 answers a day until the models are gone": 53_000, "a year": 365_000})
    inside(figure())


def inside(axes):
    """That all texts of the axes lie in the figure."""
    canvas = axes.figure.canvas
    canvas.draw()
    whole = axes.figure.bbox
    for text in axes.texts:
        box = text.get_window_extent(canvas.get_renderer())
        assert whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 and box.y1 <= whole.y1, text
