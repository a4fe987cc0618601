"""Figures say in words what they show, and are readable in the dark and without colours."""

import io
from itertools import combinations

import matplotlib.image
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from helpers import charts, figure_words
from helpers.extras import cost_charts, loss_shape_charts


@pytest.fixture
def said(monkeypatch):
    """Draws nothing on a screen, and collects the words."""
    words = []
    monkeypatch.setattr(plt, "show", lambda: None)
    monkeypatch.setattr(figure_words, "display", lambda shown: words.append(shown.data))
    yield words
    plt.close("all")


CURVE = pd.DataFrame({"train_loss": [3.0] * 10 + [0.5] * 1_190, "full_valid_loss": [None] * 1_199 + [0.75]})
CURVE.index += 1
RATES = pd.DataFrame({"right": [0.5, 0.25], "low": [0.4, 0.125], "high": [0.6, 0.375]}, index=["tuned", "base"])
FIGURES = {
    "loss": (
        lambda: charts.loss(CURVE, [1_200, 600]),
        "The training loss, as a mean of 10 steps, begins at 3.00 and ends at 0.500, at step 1,200. The loss on all "
        "validation examples is 0.75 at step 1,200. Checkpoints were saved at step 600 and 1,200.",
    ),
    "losses": (
        lambda: charts.losses({"small steps": pd.Series([3.0, 2.5], [1, 2]), "large": pd.Series([3.0, 0.25], [1, 2])}),
        "The training loss of “small steps” goes from 3.00 at step 1 to 2.500 at step 2. The training loss of “large” "
        "goes from 3.00 at step 1 to 0.250 at step 2.",
    ),
    "lora": (
        lambda: charts.lora(576, 1_536, 16),
        "Three rectangles. W, which is frozen, has 576 rows and 1,536 columns. B has its 576 rows and 16 columns, "
        "A has 16 rows and its 1,536 columns: two thin strips beside a large block.",
    ),
    "rates": (
        lambda: charts.rates(RATES, "Right answers"),
        "Right answers: tuned 50% (40% to 60%); base 25% (12% to 38%).",
    ),
    "hours": (
        lambda: cost_charts.hours(
            pd.DataFrame({"A": [100.0, 1e6], "C": [float("inf")] * 2}, index=[0, 8]),
            {"a day": 53_000, "a year": 365_000},
        ),
        "A: 100 conversations pay for the training, 1,000,000 for 8 hours, too. C: never. "
        "A dotted line: a day, 53,000 in all. A dotted line: a year, 365,000 in all.",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_in_a_fold_what_it_shows(name, said):
    draw, words = FIGURES[name]
    draw()
    assert said == [f"<details><summary>The figure in words</summary>\n\n{words}\n\n</details>"]


def test_three_trainings_stand_side_by_side_and_their_words_name_the_turn(said):
    over = {"train_loss": [3.0, 1.0, 0.25], "valid_loss": {"1": 2.0, "2": 1.5, "3": 1.75}}
    far = {"train_loss": [3.0, 9.0], "valid_loss": {}}
    curves = {"learning": CURVE} | {"over": loss_shape_charts.curve_of(over), "far": loss_shape_charts.curve_of(far)}
    loss_shape_charts.side_by_side(curves)
    assert [axes.get_title(loc="left") for axes in plt.gcf().axes] == ["learning", "over", "far"]
    assert "over: the training loss goes from 3.00 to 0.25 at step 3, and is lowest at step 3 with 0.25" in said[0]
    assert "the validation loss goes from 2.00 to 1.75 at step 3, and is lowest at step 2 with 1.50." in said[0]
    assert said[0].count("the validation loss was not measured.") == 1


def test_a_figure_has_a_white_ground_for_dark_pages(said):
    charts.rates(RATES)
    file = io.BytesIO()
    plt.gcf().savefig(file, format="png")
    file.seek(0)
    assert matplotlib.image.imread(file)[0, 0].tolist() == [1, 1, 1, 1]


def brightness(color):
    """Relative luminance, by the Web Content Accessibility Guidelines 2.2."""
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in to_rgb(color)]
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(map(brightness, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_are_told_apart_by_their_brightness_alone():
    used = (charts.BASE, charts.TUNED, charts.QUIET, "black")
    assert min(contrast(*pair) for pair in combinations(used, 2)) > 1.5
    assert min(contrast(color, "white") for color in (charts.BASE, charts.TUNED, "black")) > 3
