"""The report's figures. Each function draws one and returns it; none is shown."""

import io

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure as Drawing

from ..charts import BASE, QUIET, TUNED
from .blocks import Figure
from .gain import Gain

CENTS_BELOW = 10  # USD; without cents, all marks of a small sum would be 0 and 1
OPPONENTS = {"tuned": TUNED, "nearest question": BASE, "classifier": "black"}  # colors


def shares(table: pd.DataFrame, title: str) -> Figure:
    """A bar for each row: `right`, a share, with the interval from `low` to `high`; `of` is the number of answers."""
    drawing, axes = _empty(1.1 + 0.45 * len(table))
    colors = [TUNED if name == "tuned" else BASE for name in table.index]
    errors = [table.right - table.low, table.high - table.right]
    axes.barh(list(table.index), table.right, xerr=errors, color=colors, capsize=5, height=0.6)
    for y, (share, high) in enumerate(zip(table.right, table.high, strict=True)):
        axes.annotate(f"{share:.0%}", (high, y), xytext=(6, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, 1.08)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel("share of test answers like the desk's, with the exact 95 % interval")
    axes.invert_yaxis()
    percent = table.assign(**{name: table[name].map("{:.0%}".format) for name in ("right", "low", "high")})
    return _figure(drawing, title, percent)


def learning_curve(table: pd.DataFrame) -> Figure:
    """The share right/of by number of `examples`, a line through the means for each `opponent`."""
    drawing, axes = _empty(3.2)
    table = table.assign(share=table.right / table.of)
    for name, rows in table.groupby("opponent", sort=False):
        color = OPPONENTS[str(name)]
        mean = rows.groupby("examples").share.mean()
        axes.plot(rows.examples, rows.share, "o", color=color, alpha=0.5, markersize=4)
        axes.plot(mean.index, mean, "-", color=color, linewidth=2, label=str(name))
    sizes = sorted(table.examples.unique())
    sizes = [n for n in sizes[:-1] if n < sizes[-1] * 0.75] + sizes[-1:]  # their labels shall not overlap
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.xaxis.set_minor_formatter("")
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel("examples to learn from (log scale)")
    axes.set_ylabel("validation answers like the desk's")
    axes.legend(frameon=False)
    numbers = table.groupby(["opponent", "examples"], sort=False).share.mean().map("{:.0%}".format)
    numbers = numbers.reset_index().rename(columns={"share": "right, mean"})
    return _figure(drawing, "Would more examples help?", numbers)


def money(gain: Gain) -> Figure:
    """What was won or lost by each day of the model's life, in USD."""
    drawing, axes = _empty(3.0)
    days = np.array([0, gain.days])
    spent, a_day = -gain.training - gain.work, (gain.saved - gain.rent) / max(1, gain.days)
    axes.axhline(0, color=QUIET, linewidth=1)
    axes.plot(days, spent + a_day * days, color=TUNED, linewidth=2)
    axes.annotate(f"{gain.usd:,.2f} USD", (gain.days, gain.usd), xytext=(0, 8), textcoords="offset points", ha="right")
    axes.margins(y=0.25)
    is_small = max(abs(spent), abs(gain.usd)) < CENTS_BELOW
    axes.yaxis.set_major_formatter("{x:,.2f}" if is_small else "{x:,.0f}")
    axes.set_xlabel("days from the start to the end of the model")
    axes.set_ylabel("USD won or lost")
    return _figure(drawing, "What is won or lost by each day", None)


def _empty(height: float):
    drawing = Drawing(figsize=(7.2, height), layout="constrained")
    axes = drawing.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return drawing, axes


def _figure(drawing: Drawing, title: str, numbers: pd.DataFrame | None) -> Figure:
    out = io.BytesIO()
    with rc_context({"svg.hashsalt": "report", "svg.fonttype": "path"}):  # the same numbers make the same file
        drawing.savefig(out, format="svg", metadata={"Date": None})
    return Figure(out.getvalue(), title, numbers)
