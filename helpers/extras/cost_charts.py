"""The figure of lesson 6: how many conversations pay for hours of work."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .. import figure_words
from ..charts import BASE, TUNED, figure

STYLES = [(TUNED, "-"), (BASE, "-"), ("black", "--")]  # told apart without colours, too


def hours(table: pd.DataFrame, given: Mapping[str, float]) -> None:
    """Conversations until training and work have paid, by hours of work (the index), a line for each column.

    inf means never. `given`: how many there will be, a dotted line for each, by its label.
    """
    axes = figure(
        "How many conversations pay for training and work?",
        "hours of work (not to scale)",
        "conversations (log scale)",
        (8, 4),
    )
    never = [str(name) for name, answers in table.items() if np.isinf(answers).any()]
    at = range(len(table))  # even distances, as most happens in the first hours
    for (name, answers), (color, line) in zip(table.drop(columns=never).items(), STYLES, strict=False):
        axes.plot(at, answers, line, color=color, linewidth=2, label=name)
        axes.annotate(f" {name}", (at[-1], answers.iloc[-1]), va="center", annotation_clip=False)
    if never:
        axes.text(0.03, 0.97, f"never: {', '.join(never)}", transform=axes.transAxes, va="top")
    for label, conversations in given.items():
        axes.axhline(conversations, color="black", linestyle=":", linewidth=1)
        axes.annotate(f" {label}", (1, conversations), xycoords=("axes fraction", "data"), va="center")
    axes.set_xticks(at, [f"{n:g}" for n in table.index])
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_minor_formatter("")
    most = f"{table.index[-1]:g} hours"
    said = [
        f"{name}: {answers.iloc[0]:,.0f} conversations pay for the training, {answers.iloc[-1]:,.0f} for {most}, too."
        for name, answers in table.drop(columns=never).items()
    ]
    said += [f"{name}: never." for name in never]
    said += [f"A dotted line: {label}, {conversations:,.0f} in all." for label, conversations in given.items()]
    figure_words.show(" ".join(said))
