"""The figures of lesson 9 show what their tables hold, also where only a part is measured yet."""

import matplotlib

matplotlib.use("agg")
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers.extras import limit_charts


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    yield
    plt.close("all")


DRAWS = pd.DataFrame(
    {"examples": [10, 10, 100], "steps": 56, "tuned": [1, 3, 8], "classifier": [2, 2, 4], "of": [10] * 3}
)


START = pd.DataFrame(
    [{"tickets": "all", "learning_rate_multiplier": 2.5, "run": 0, "readings": 0, "right": 7, "recited": 0, "of": 10}]
)


def lines(axes):
    return {line.get_label(): np.ravel(line.get_ydata()).tolist() for line in axes.lines}


def test_a_desk_has_a_line_through_the_means_of_each_contestant_and_a_band_where_draws_differ():
    limit_charts.learning_curves({"desk": DRAWS, "airport": DRAWS})
    desk, _ = plt.gcf().axes
    assert lines(desk)["tuned"] == [0.2, 0.8] and lines(desk)["classifier"] == [0.2, 0.4]
    assert len(desk.collections) == 2 and "1 to 2 draws of each size" in desk.get_title(loc="left")


@pytest.mark.parametrize("rows", [1, 2])
def test_one_draw_of_each_size_has_no_band(rows):
    limit_charts.learning_curves({"desk": DRAWS.iloc[1 : 1 + rows]})
    [desk] = plt.gcf().axes
    assert not desk.collections and desk.get_title(loc="left") == "desk: 1 draw of each size"


def test_a_model_with_more_steps_stands_beside_the_curve():
    lesson_3 = {"examples": 5_911, "steps": 1_478, "tuned": 7, "classifier": 5, "of": 10}
    limit_charts.learning_curves({"desk": pd.concat([pd.DataFrame([lesson_3]), DRAWS])})
    [desk] = plt.gcf().axes
    assert lines(desk)["1,478 steps"] == [0.7] and lines(desk)["tuned"] == [0.2, 0.8]
    assert lines(desk)["classifier"] == [0.2, 0.4, 0.5]


def test_each_training_has_its_lines_and_the_start_a_dashed_one():
    read = {"train_loss": [0.1, 0.0, 0.2], "valid_loss": [1.0, 2.0, 3.0], "right": [4, 3, 2], "recited": [0, 1, 9]}
    table = pd.DataFrame({"tickets": ["all", "all", "one"], "run": [1, 1, 2], "readings": [2, 4, 2], **read, "of": 10})
    limit_charts.overfitting(pd.concat([START, table.assign(learning_rate_multiplier=2.5)], ignore_index=True))
    losses, right, recited = plt.gcf().axes
    assert [np.ravel(line.get_ydata()).tolist() for line in losses.lines] == [[1.0, 2.0], [0.1, 0.0], [3.0], [0.2]]
    assert lines(right)["all, rate × 2.5"] == [0.4, 0.3] and lines(recited)["one, rate × 2.5"] == [0.9]
    assert [np.ravel(line.get_ydata())[0] for line in right.lines if line.get_linestyle() == "--"] == [0.7]


def test_the_start_alone_draws_too():
    limit_charts.overfitting(START)
    assert len(plt.gcf().axes) == 3


def test_a_lower_rate_has_a_color_of_its_own_in_all_its_trainings():
    read = {"readings": [2, 2, 16], "right": [4, 6, 5], "recited": 0, "of": 10, "train_loss": 0.1, "valid_loss": 1.0}
    table = pd.DataFrame({"tickets": "all", "learning_rate_multiplier": [2.5, 0.5, 0.5], "run": [1, 2, 3], **read})
    limit_charts.overfitting(pd.concat([START, table], ignore_index=True))
    [start, full, lower, again] = plt.gcf().axes[1].lines[-1:] + plt.gcf().axes[1].lines[:3]
    assert start.get_linestyle() == "--" and full.get_color() != lower.get_color() == again.get_color()
    assert (full.get_label(), lower.get_label()) == ("all, rate × 2.5", "all, rate × 0.5")
    named, labels = plt.gcf().axes[0].get_legend_handles_labels()
    assert len(named) == len(labels) == 2


def test_a_difference_stands_at_its_place_with_its_interval():
    row = {"first": "Sie", "second": "du", "difference": -0.25, "low": -0.5, "high": 0.0}
    limit_charts.pair_differences({"classifier": pd.DataFrame([row]), "tuned": pd.DataFrame([row])})
    [axes] = plt.gcf().axes
    assert axes.get_yticklabels()[0].get_text() == "du instead of Sie"
    [ends] = axes.collections[0].get_segments()  # pyright: ignore[reportAttributeAccessIssue]
    assert ends[:, 0].tolist() == [-0.5, 0.0]
