"""The figures of lessons 12 and 13: what a training by preferences, or by a grader, does to rewards."""

import pandas as pd

from .. import figure_words
from ..charts import BASE, QUIET, TUNED, figure


def both_sides(curve: pd.DataFrame) -> None:
    """The rewards of chosen and rejected training answers by step, from `progress.loss_curve` of a dpo job."""
    axes = figure("Rewards of the training pairs, mean of 10 steps", "step", "reward (nats × beta)")
    said = []
    for side, color, line in (("chosen", TUNED, "-"), ("rejected", BASE, "--")):
        smooth = curve.loc[:, f"train_rewards/{side}"].rolling(10, min_periods=1).mean()
        axes.plot(smooth.index, smooth, line, color=color, linewidth=2, label=side)
        first, last = (f"{smooth.iloc[n]:z.2f}" for n in (0, -1))
        said.append(f"The reward of the {side} answers goes from {first} to {last}.")
    axes.axhline(0, color=QUIET, linewidth=1)
    axes.legend(frameon=False)
    figure_words.show(" ".join(said))


def mean_reward(curve: pd.DataFrame, held_out: pd.Series) -> None:
    """The mean reward of each step's answers, and that of the held-out tickets, which begins before the first step."""
    axes = figure("Mean reward", "step", "reward")
    axes.plot(curve.index, curve.train_mean_reward, color=QUIET, label="training, answers of the step")
    axes.plot(held_out.index, held_out, "o-", color=TUNED, linewidth=2, label="held-out tickets")
    axes.set_ylim(0, 1.04)  # a reward of 1 is drawn whole
    axes.legend(frameon=False)
    measured = ", ".join(f"{reward:.2f} at step {step}" for step, reward in held_out.items())
    figure_words.show(f"The mean reward on held-out tickets is {measured}.")
