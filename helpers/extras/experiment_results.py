"""What many trainings showed, measured once and kept in data/results: as tables for lessons 3 and 9."""

import pandas as pd

from ..paths import ROOT
from ..plural import plural
from ..training_data import read_jsonl

RESULTS = ROOT / "data" / "results"


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
    """A row for each checkpoint: its own measurements, `tickets`, and `run`, the number of its training.

    By kind of tickets, as they come, then by how often they were read.
    """
    kinds = list(trainings.tickets.unique())
    rows = [
        {"tickets": tickets, "run": run, **checkpoint}
        for run, (tickets, found) in enumerate(zip(trainings.tickets, trainings.checkpoints, strict=True))
        for checkpoint in found
    ]
    return pd.DataFrame(sorted(rows, key=lambda row: (kinds.index(row["tickets"]), row["readings"])))


def draws_of(curve: pd.DataFrame) -> str:
    """How often each number of examples was drawn, in words."""
    times = [len(rows) for _, rows in curve.groupby("examples")]
    few, many = min(times), max(times)
    return plural(few, "draw") + " of each size" if few == many else f"{few} to {many} draws of each size"
