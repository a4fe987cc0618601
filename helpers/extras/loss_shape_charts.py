"""The figure of lesson 4 with three trainings: one that learns, one that overfits, one that diverges."""

import matplotlib.pyplot as plt
import pandas as pd

from .. import figure_words
from ..charts import BASE, TUNED

SMOOTHED = 10  # steps, where a curve has many


def curve_of(row: dict) -> pd.DataFrame:
    """A training of data/results/loss_shapes.jsonl, in the form of `progress.loss_curve`."""
    curve = pd.DataFrame({"train_loss": row["train_loss"]}, index=range(1, len(row["train_loss"]) + 1))
    return curve.assign(full_valid_loss=pd.Series({int(step): loss for step, loss in row["valid_loss"].items()}))


def side_by_side(curves: dict[str, pd.DataFrame]) -> None:
    """A figure for each training, by its name: the loss of training and of validation by step, on one scale.

    Columns: train_loss, and full_valid_loss, which is missing at most steps.
    """
    _, panels = plt.subplots(1, len(curves), figsize=(9, 3.4), layout="constrained", sharey=True, squeeze=False)
    said = []
    for axes, (name, curve) in zip(panels[0], curves.items(), strict=True):
        trained, validated = curve.train_loss.dropna(), curve.full_valid_loss.dropna()
        if len(trained) > 10 * SMOOTHED:
            trained = trained.rolling(SMOOTHED, min_periods=1, center=True).mean()
        axes.plot(trained.index, trained, color=BASE, linewidth=2, label="training")
        axes.plot(validated.index, validated, "o-", color=TUNED, markersize=3, linewidth=2, label="validation")
        if len(validated) and validated.idxmin() != validated.index[-1]:  # it turns; the scale hides where
            turn, last = (validated.idxmin(), validated.min()), (validated.index[-1], validated.iloc[-1])
            for text, point, where in ((f"lowest {turn[1]:.2f}", turn, (6, 9)), (f"{last[1]:.2f}", last, (-6, 9))):
                axes.annotate(text, point, where, textcoords="offset points", ha="center", color=TUNED)
            axes.plot(*turn, "o", color=TUNED, markersize=8, fillstyle="none")
        axes.set_title(name, loc="left", fontsize=12)
        axes.set_xlabel("step")
        axes.spines[["top", "right"]].set_visible(False)
        said.append(f"{name}: the training loss {_in_words(trained)}, the validation loss {_in_words(validated)}.")
    panels[0][0].set(ylabel="loss (log scale)", yscale="log")
    panels[0][0].yaxis.set_major_formatter("{x:g}")
    panels[0][0].yaxis.set_minor_formatter("")
    panels[0][0].legend(frameon=False)
    figure_words.show(" ".join(said))


def _in_words(losses: pd.Series) -> str:
    """Where a loss begins and ends, and where it is lowest."""
    if losses.empty:
        return "was not measured"
    return (
        f"goes from {losses.iloc[0]:.2f} to {losses.iloc[-1]:.2f} at step {losses.index[-1]:,}, and is lowest at step "
        f"{losses.idxmin():,} with {losses.min():.2f}"
    )
