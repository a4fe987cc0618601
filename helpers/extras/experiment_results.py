"""What many trainings showed, measured once and kept in data/results: as tables for the lessons."""

import pandas as pd

from ..paths import ROOT
from ..plural import plural
from ..training_data import read_jsonl

RESULTS = ROOT / "data" / "results"
LESSON_3_MULTIPLIER = 2.5  # of every training whose row names none


def read_result(name: str) -> pd.DataFrame:
    """A row for each training of an experiment, and prints where they come from.

    Raises FileNotFoundError or ValueError, with the command that makes them, where there are none.
    """
    path = RESULTS / f"{name}.jsonl"
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is not there. Make it: python -m tools.experiments {name}")
    about, *rows = read_jsonl(path)
    if not rows:
        raise ValueError(f"{path.name} has no training yet. Go on with it: python -m tools.experiments {name}")
    hours = sum(row.get("seconds", 0) for row in rows) / 3600
    print(
        f"{name}: {plural(len(rows), 'run')} of {about['base_model']}, {hours:.1f} hours of training on "
        f"{about.get('processor', 'a machine elsewhere')}, begun on {about['recorded'][:10]}"
    )
    return pd.DataFrame(rows)


def checkpoints_of(trainings: pd.DataFrame) -> pd.DataFrame:
    """A row for each checkpoint: its own measurements, `run`, the number of its training, and what that one read.

    `tickets` is their kind, `learning_rate_multiplier` the rate. By both, as they come, then by readings.
    """
    settings = ["tickets", "learning_rate_multiplier"]
    table = trainings.reindex(columns=[*settings, "checkpoints"]).fillna({settings[1]: LESSON_3_MULTIPLIER})
    table = table.assign(run=range(len(table)), place=table.groupby(settings, sort=False).ngroup())
    table = table.explode("checkpoints", ignore_index=True)
    measured = pd.DataFrame(table.pop("checkpoints").tolist())
    return table.join(measured).sort_values(["place", "readings"], ignore_index=True).drop(columns="place")


def draws_of(curve: pd.DataFrame) -> str:
    """How often each number of examples was drawn, in words."""
    times = [len(rows) for _, rows in curve.groupby("examples")]
    few, many = min(times), max(times)
    return plural(few, "draw") + " of each size" if few == many else f"{few} to {many} draws of each size"
