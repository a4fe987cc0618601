"""The figures of lesson 9 show each mean and each checkpoint."""

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


def test_a_desk_has_a_line_through_the_means_of_each_contestant():
    table = pd.DataFrame({"examples": [10, 10, 100], "tuned": [1, 3, 8], "classifier": [2, 2, 4], "of": [10] * 3})
    limit_charts.learning_curves({"desk": table, "airport": table})
    desk, _ = plt.gcf().axes
    lines = {line.get_label(): np.ravel(line.get_ydata()).tolist() for line in desk.lines}
    assert lines["tuned"] == [0.2, 0.8] and lines["classifier"] == [0.2, 0.4]


def test_each_training_has_its_line_in_each_figure():
    table = pd.DataFrame(
        {"training": ["a", "a", "b"], "readings": [2, 4, 2], "valid_loss": [1.0, 2.0, 3.0], "right": [4, 3, 2]}
    )
    limit_charts.overfitting(table.assign(of=10, general_right=[6, 3, 1], general_of=10))
    for axes, values in zip(plt.gcf().axes, ([1.0, 2.0], [0.4, 0.3], [0.6, 0.3]), strict=True):
        assert np.ravel(axes.lines[0].get_ydata()).tolist() == pytest.approx(values) and len(axes.lines) == 2
