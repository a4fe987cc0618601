"""The course's figures. Each function draws one figure and shows it, most with their content in words."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from . import figure_words

BASE, TUNED, QUIET = "#8a8f98", "#1f6fb2", "#c9ced6"


def figure(title: str, x: str, y: str, size: tuple[float, float] = (8, 3.6)):
    """The axes of an empty figure with a title and labels; `size` in inches."""
    _, axes = plt.subplots(figsize=size, layout="constrained")
    axes.set_title(title, loc="left", fontsize=12)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _log_losses(axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")


def _percent(axis) -> None:
    axis.set_major_formatter(lambda share, _: f"{share:.0%}")


def loss(curve: pd.DataFrame, checkpoints: list[int]) -> None:
    """Training and validation loss by step, from `progress.loss_curve`; `checkpoints` are steps."""
    axes = figure("Training and validation loss", "step", "loss (log scale, lower is better)", (8, 4))
    axes.plot(curve.index, curve.train_loss, color=QUIET, linewidth=1, label="training, each step")
    smooth = curve.train_loss.rolling(10, min_periods=1, center=True).mean()
    axes.plot(curve.index, smooth, color=BASE, linewidth=2, label="training, mean of 10 steps")
    said = [
        f"The training loss, as a mean of 10 steps, begins at {smooth.iloc[0]:.2f} and ends at {smooth.iloc[-1]:.3f}, "
        f"at step {curve.index[-1]:,}."
    ]
    if "valid_loss" in curve:
        part = curve.valid_loss.dropna()
        axes.plot(part.index, part, ".", color=TUNED, alpha=0.5, label="validation, a few examples")
    if "full_valid_loss" in curve:
        full = curve.full_valid_loss.dropna()
        axes.plot(full.index, full, "o-", color=TUNED, linewidth=2, label="validation, all examples")
        for step, value in full.items():
            ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}  # it may stand on a curve
            at = {"xytext": (-5, 6), "textcoords": "offset points", "ha": "right", "bbox": ground}
            axes.annotate(f"{value:.2f}", (step, value), **at)
        measured = ", ".join(f"{value:.2f} at step {step:,}" for step, value in full.items())
        said.append(f"The loss on all validation examples is {measured}.")
    for n, step in enumerate(checkpoints):
        axes.axvline(step, color="black", linestyle=":", linewidth=1, label=None if n else "checkpoint")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(frameon=False, loc="lower left")  # where a falling curve leaves room
    if checkpoints:
        said.append(f"Checkpoints were saved at step {' and '.join(f'{step:,}' for step in sorted(checkpoints))}.")
    figure_words.show(" ".join(said))


def losses(curves: dict[str, pd.Series]) -> None:
    """The training loss of up to three jobs by step; the keys are their names."""
    axes = figure("Training loss", "step", "loss (log scale, lower is better)")
    for (name, curve), color in zip(curves.items(), (BASE, TUNED, "black"), strict=False):
        axes.plot(curve.index, curve, color=color, linewidth=2, label=name)
    _log_losses(axes)
    axes.legend(frameon=False)
    figure_words.show(" ".join(f"The training loss of “{name}” {_from_to(curve)}." for name, curve in curves.items()))


def _from_to(curve: pd.Series) -> str:
    """How the curve begins and ends."""
    return (
        f"goes from {curve.iloc[0]:.2f} at step {curve.index[0]:,} to {curve.iloc[-1]:.3f} at step {curve.index[-1]:,}"
    )


def lora(rows: int, columns: int, rank: int) -> None:
    """A weight matrix and the two that LoRA trains beside it, drawn to scale."""
    axes = figure("What LoRA trains (blue), drawn to scale", "", "", (8, 2.8))
    gap = columns / 12
    shapes = [("W, frozen", columns, rows, QUIET), ("B", rank, rows, TUNED), ("A", columns, rank, TUNED)]
    x = 0.0
    for (name, width, height, color), sign in zip(shapes, ("", "+", "·"), strict=True):
        axes.text(x - gap / 2, rows / 2, sign, ha="center", va="center", fontsize=14)
        axes.add_patch(Rectangle((x, (rows - height) / 2), width, height, color=color))
        axes.text(x + width / 2, -rows / 8, f"{name}\n{height} × {width:,}", ha="center", va="top")
        x += width + gap
    axes.set(xlim=(-gap, x), ylim=(-rows / 2.2, rows), aspect="equal")
    axes.axis("off")
    figure_words.show(
        f"Three rectangles. W, which is frozen, has {rows:,} rows and {columns:,} columns. B has its {rows:,} rows and "
        f"{rank} columns, A has {rank} rows and its {columns:,} columns: two thin strips beside a large block."
    )


def before_and_after(table: pd.DataFrame) -> None:
    """Bars for each row: a column for each contestant, of shares from 0 to 1, the tuned one last."""
    axes = figure(
        "Answers that pass the check, before and after training",
        "share of test answers",
        "",
        (8, 1 + 0.3 * table.shape[1] * len(table)),
    )
    colors = {2: [BASE, TUNED], 3: [BASE, QUIET, TUNED]}[table.shape[1]]
    at, height = np.arange(len(table)), 0.8 / table.shape[1]
    for n, (column, color) in enumerate(zip(table, colors, strict=True)):
        shift = height * (n - (table.shape[1] - 1) / 2)
        bars = axes.barh(at + shift, table[column], height=0.95 * height, color=color, label=column)
        axes.bar_label(bars, [f"{share:.0%}" for share in table[column]], padding=4)
    axes.set_yticks(at, table.index)
    axes.set_xlim(0, 1.12)
    _percent(axes.xaxis)
    axes.invert_yaxis()
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    plt.show()


def rates(table: pd.DataFrame, title: str = "Facts right on unseen questions") -> None:
    """A bar for each row: the column `right`, a share from 0 to 1, with the interval from `low` to `high`."""
    axes = figure(title, "share of questions, with the exact 95 % interval", "", (8, 1.2 + 0.5 * len(table)))
    colors = [TUNED if str(name).startswith("tuned") else BASE for name in table.index]
    errors = [table.right - table.low, table.high - table.right]
    axes.barh(table.index, table.right, xerr=errors, color=colors, capsize=5, height=0.6)
    for y, (share, high) in enumerate(zip(table.right, table.high, strict=True)):
        axes.annotate(f"{share:.0%}", (high, y), xytext=(6, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, 1.08)
    _percent(axes.xaxis)
    axes.invert_yaxis()
    figure_words.show(
        f"{title}: "
        + "; ".join(
            f"{name} {right:.0%} ({low:.0%} to {high:.0%})"
            for name, right, low, high in table[["right", "low", "high"]].itertuples()
        )
        + "."
    )
