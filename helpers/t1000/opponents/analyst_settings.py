"""Chooses the settings of the analyst's classifier on validation tickets."""

import pandas as pd

from ..desk_files import prompts_of
from ..desk_grading import grade
from .analyst import Analyst

_CUTS = (-0.3, -0.15, 0.0)  # scores from which a second matter counts


def chosen_analyst(
    train: tuple[list[dict], list[dict]], validation: tuple[list[dict], list[dict]], language: str = "en"
) -> tuple[Analyst, pd.DataFrame]:
    """The analyst with the settings that answer most validation tickets right, and a row for each setting tried.

    `train` and `validation` are examples and truths, as `load_tickets` returns them.
    """
    examples, truths = validation
    prompts = prompts_of(examples)
    analyst, rows = Analyst(*train, language), []
    for split in (False, True):
        for cut in _CUTS:
            analyst.split, analyst.matters.cut = split, cut
            right = grade(analyst.answers(prompts), examples, truths, language).right.sum()
            rows.append({"split": split, "cut": cut, "right": right, "of": len(examples)})
    tried = pd.DataFrame(rows)
    best = tried.loc[tried.right.idxmax()]
    analyst.split, analyst.matters.cut = bool(best["split"]), float(best["cut"])
    return analyst, tried
