"""The figures of lesson 9: how many examples are enough, and how long is too long."""

import matplotlib.pyplot as plt
import pandas as pd

from ..charts import BASE, TUNED


def learning_curves(tables: dict[str, pd.DataFrame]) -> None:
    """A figure for each desk: the share of right answers by number of examples, tuned and classifier.

    Columns: examples; tuned and classifier, both `of` so many. A dot for each draw, a line through the means.
    """
    _, panels = plt.subplots(1, len(tables), figsize=(9, 3.8), layout="constrained", sharey=True, squeeze=False)
    for axes, (desk, table) in zip(panels[0], tables.items(), strict=True):
        for name, color in (("classifier", BASE), ("tuned", TUNED)):
            share = table[name] / table.of
            mean = share.groupby(table.examples).mean()
            axes.plot(table.examples, share, "o", color=color, alpha=0.4)
            axes.plot(mean.index, mean, "-", color=color, linewidth=2, label=name)
        axes.set_title(desk, loc="left", fontsize=12)
        axes.set_xscale("log")
        sizes = sorted(table.examples.unique())
        axes.set_xticks(sizes, [f"{n:,}" for n in sizes], rotation=45)
        axes.xaxis.set_minor_formatter("")
        axes.set_xlabel("examples (log scale)")
        axes.spines[["top", "right"]].set_visible(False)
    panels[0][0].set(ylabel="answers right", ylim=(0, 1))
    panels[0][0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    panels[0][0].legend(frameon=False)
    plt.show()


def overfitting(table: pd.DataFrame) -> None:
    """Three figures by how often the examples were read, a line for each training: loss, and both kinds of answers.

    Columns: training (its name), readings, valid_loss; right, of (the desk's tickets); general_right, general_of.
    """
    _, panels = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
    columns = {
        "validation loss": table.valid_loss,
        "the desk's tickets right": table.right / table.of,
        "general questions right": table.general_right / table.general_of,
    }
    names = list(table.training.unique())
    for axes, (title, values) in zip(panels, columns.items(), strict=True):
        for n, name in enumerate(names):
            rows = table.training == name
            style = {"color": TUNED if n >= len(names) / 2 else BASE, "linestyle": "-" if n % 2 else "--"}
            axes.plot(table.readings[rows], values[rows], "o", label=name, **style)
        axes.set_title(title, loc="left", fontsize=12)
        axes.set_xscale("log", base=2)
        ticks = sorted(table.readings.unique())
        axes.set_xticks(ticks, [str(n) for n in ticks])
        axes.set_xlabel("times each example was read")
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels[1:]:
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    panels[0].legend(frameon=False, fontsize=8)
    plt.show()
