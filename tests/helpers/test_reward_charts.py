"""The figures of lessons 12 and 13 show what their jobs measured, and say it in words."""

import matplotlib

matplotlib.use("agg")
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers import figure_words
from helpers.extras import reward_charts


@pytest.fixture
def said(monkeypatch):
    """What the figures say in words."""
    words: list[str] = []
    monkeypatch.setattr(figure_words, "show", words.append)
    yield words
    plt.close("all")


def drawn(label):
    [line] = [line for line in plt.gca().lines if line.get_label() == label]
    return np.ravel(line.get_ydata()).tolist()


def test_both_sides_of_a_pair_are_means_of_up_to_ten_steps(said):
    steps = pd.RangeIndex(1, 21)
    curve = pd.DataFrame({"train_rewards/chosen": [0.0] * 10 + [1.0] * 10, "train_rewards/rejected": -2.0}, steps)
    reward_charts.both_sides(curve)
    assert drawn("chosen")[-1] == 1 and drawn("chosen")[14] == 0.5 and set(drawn("rejected")) == {-2.0}
    assert said == [
        "The reward of the chosen answers goes from 0.00 to 1.00. "
        "The reward of the rejected answers goes from -2.00 to -2.00."
    ]


def test_the_reward_of_held_out_tickets_begins_before_the_first_step(said):
    curve = pd.DataFrame({"train_mean_reward": [0.2, 0.4]}, pd.Index([1, 2]))
    reward_charts.mean_reward(curve, pd.Series({0: 0.1, 2: 0.5}))
    assert drawn("held-out tickets") == [0.1, 0.5] and drawn("training, answers of the step") == [0.2, 0.4]
    assert said == ["The mean reward on held-out tickets is 0.10 at step 0, 0.50 at step 2."]
