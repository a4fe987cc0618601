"""The figures of lesson 6: money by answers, by days, and how long models last."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from ..charts import BASE, QUIET, TUNED, figure


def break_even(model: str, training: float, base_answer: float, tuned_answer: float, answers: float) -> None:
    """USD spent by number of answers. `answers` is the break-even; the prices are USD a training or an answer."""
    axes = figure(f"When does training pay? {model}", "answers", "USD spent")
    n = np.linspace(0, 2 * answers, 200)
    axes.plot(n, n * base_answer, color=BASE, linewidth=2, label="base model, long prompt")
    axes.plot(n, training + n * tuned_answer, color=TUNED, linewidth=2, label="tuned model, short prompt")
    axes.plot([answers], [answers * base_answer], "o", color="black")
    axes.annotate(
        f"{answers:,.0f} answers", (answers, answers * base_answer), xytext=(8, -14), textcoords="offset points"
    )
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    plt.show()


def retirements(table: pd.DataFrame, today) -> None:
    """Days from `today` until each model retires: columns model, retires."""
    rows = table.dropna(subset="retires").sort_values(["retires", "model"], ascending=False)
    today = pd.Timestamp(today)
    axes = figure("How long each model is still there", f"days from {today:%Y-%m-%d}", "", (8, 3))
    days = (rows.retires - today).dt.days
    axes.barh(rows.model, days, color=[TUNED if d > 0 else QUIET for d in days], height=0.6)
    axes.axvline(0, color="black", linewidth=1)
    for y, (left, when) in enumerate(zip(days, rows.retires, strict=True)):
        axes.annotate(f"{when:%Y-%m-%d}", (max(left, 0), y), xytext=(6, 0), textcoords="offset points", va="center")
    axes.set_xlim(right=days.max() * 1.3)
    plt.show()


def payback(model: str, training: float, saved: float, daily: list[int], start, retires) -> None:
    """USD won or lost by day until the model is gone, for each number of answers a day in `daily`.

    `training`: USD; `saved`: USD that each answer saves.
    """
    days = np.arange((pd.Timestamp(retires) - pd.Timestamp(start)).days + 1)
    axes = figure(f"Does it pay in time? {model}", f"days from {pd.Timestamp(start):%Y-%m-%d}", "USD won or lost")
    for n in daily:
        won = n * saved * days - training
        axes.plot(days, won, color=TUNED if won[-1] >= 0 else BASE, linewidth=2)
        axes.annotate(f"{n} answers a day", (days[-1], won[-1]), xytext=(6, 0), textcoords="offset points", va="center")
    axes.hlines(0, 0, days[-1], color="black", linewidth=1)  # not through the labels
    axes.axvline(days[-1], color="black", linestyle=":", linewidth=1)
    axes.annotate(
        f"gone on {pd.Timestamp(retires):%Y-%m-%d}",
        (days[-1], axes.get_ylim()[0]),
        xytext=(-6, 4),
        textcoords="offset points",
        ha="right",
    )
    axes.set_xlim(0, days[-1] * 1.25)
    plt.show()
