"""The figures of lesson 9: how many examples are enough, how often is too often, and who is answered worse."""

import matplotlib.pyplot as plt
import pandas as pd

from ..charts import BASE, TUNED
from .experiment_results import draws_of

COLORS = {"classifier": BASE, "tuned": TUNED}
LOWER_RATE = "#c8701d"


def learning_curves(tables: dict[str, pd.DataFrame]) -> None:
    """A figure for each desk: the share of right answers by number of examples, tuned and classifier.

    Columns: examples; steps of the tuned model; tuned and classifier, both `of` so many. A dot for each draw, a line
    through the means, a band from the worst to the best draw. A star: tuned with more steps than the others.
    """
    _, panels = plt.subplots(1, len(tables), figsize=(9, 3.8), layout="constrained", sharey=True, squeeze=False)
    for axes, (desk, table) in zip(panels[0], tables.items(), strict=True):
        equal, more = table.query("steps == steps.min()"), table.query("steps > steps.min()")
        _curve(axes, table, "classifier")
        _curve(axes, equal, "tuned")
        for steps, rows in more.groupby("steps"):
            axes.plot(rows.examples, rows.tuned / rows.of, "*", color=TUNED, markersize=13, label=f"{steps:,} steps")
        axes.set_title(f"{desk}: {draws_of(equal)}", loc="left", fontsize=11)
        axes.set_xscale("log")
        sizes = sorted(table.examples.unique())
        axes.set_xticks(sizes, [f"{n:,}" for n in sizes], rotation=45)
        axes.xaxis.set_minor_formatter("")
        axes.set_xlabel("examples (log scale)")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, title=f"tuned: {table.steps.min():,} steps", loc="upper left")
    panels[0][0].set(ylabel="answers right", ylim=(0, 1))
    _percent(panels[0][0].yaxis)
    plt.show()


def _curve(axes, table: pd.DataFrame, name: str) -> None:
    color, share = COLORS[name], table[name] / table.of
    by_size = share.groupby(table.examples)
    mean, several = by_size.mean(), by_size.size() > 1
    axes.plot(table.examples, share, "o", color=color, alpha=0.4)
    axes.plot(mean.index, mean, "-", color=color, linewidth=2, label=name)
    if several.any():
        low, high = by_size.min()[several], by_size.max()[several]
        axes.fill_between(low.index, low, high, color=color, alpha=0.15, linewidth=0)


def overfitting(table: pd.DataFrame) -> None:
    """Three figures by how often the tickets were read: losses, right and recited answers.

    Columns: tickets (their kind), learning_rate_multiplier, run, readings, train_loss, valid_loss; right and recited,
    both `of` so many. A color for each kind and rate. A dashed line: the model at its start, after 0 readings.
    """
    _, panels = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
    start, read = table[table.readings == 0], table[table.readings > 0]
    named = [f"{kind}, rate × {rate:g}" for kind, rate in zip(read.tickets, read.learning_rate_multiplier, strict=True)]
    names = pd.Series(named, read.index, dtype=object)
    colors = dict(zip(names.unique(), (TUNED, BASE, LOWER_RATE), strict=False))
    for run, rows in read.groupby("run", sort=False):
        name = names[rows.index[0]]
        style = {"color": colors[name], "label": name if run == read.run[names == name].min() else None}
        panels[0].plot(rows.readings, rows.valid_loss, "o-", **style)
        panels[0].plot(rows.readings, rows.train_loss, "o:", color=colors[name], markerfacecolor="white")
        panels[1].plot(rows.readings, rows.right / rows.of, "o-", **style)
        panels[2].plot(rows.readings, rows.recited / rows.of, "o-", **style)
    for axes, column in ((panels[1], "right"), (panels[2], "recited")):
        for share in start[column] / start.of:
            axes.axhline(share, color="black", linestyle="--", linewidth=1)
        axes.set_ylim(0, 1 if column == "right" else None)
        _percent(axes.yaxis)
    titles = ("loss: validation —, training ···", "validation tickets right", "answers recited")
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xscale("log", base=2)
        ticks = sorted(read.readings.unique())
        axes.set_xticks(ticks, [str(n) for n in ticks])
        axes.set_xlabel("times each ticket was read")
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylim(bottom=0)
    if len(read):  # a legend of nothing warns
        panels[0].legend(frameon=False, fontsize=9)
    plt.show()


def pair_differences(tables: dict[str, pd.DataFrame]) -> None:
    """A row for each group of pairs and contestant: the difference of the shares right, with its 95 % interval.

    The tables are those of `paired_customers.differences`; left of 0 the second variant is answered worse.
    """
    groups = next(iter(tables.values()))
    _, axes = plt.subplots(figsize=(8, 1.2 + 0.6 * len(groups)), layout="constrained")
    for n, (name, table) in enumerate(tables.items()):
        at = [place + 0.25 * (n - (len(tables) - 1) / 2) for place in range(len(table))]
        errors = [table.difference - table.low, table.high - table.difference]
        axes.errorbar(table.difference, at, xerr=errors, fmt="o", capsize=4, color=COLORS[name], label=name)
    axes.axvline(0, color="black", linewidth=1)
    named = [f"{second} instead of {first}" for first, second in zip(groups["first"], groups.second, strict=True)]
    axes.set_yticks(range(len(groups)), named)
    axes.invert_yaxis()
    axes.set_xlim(-1.05, 1.05)
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:+.0f}" if share else "0")
    axes.set_xlabel("points more of the answers right, with the 95 % interval")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    plt.show()


def _percent(axis) -> None:
    axis.set_major_formatter(lambda share, _: f"{share:.0%}")
