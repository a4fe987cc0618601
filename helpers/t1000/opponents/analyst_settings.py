"""Chooses the settings of the analyst's classifier on validation tickets."""

import pandas as pd

from ..desk_files import prompts_of
from ..desk_grading import grade
from .analyst import Analyst
from .matters import Matters

_CUTS = (-0.5, -0.3, -0.15)  # scores from which a second matter counts


def chosen_analyst(
    train: tuple[list[dict], list[dict]], validation: tuple[list[dict], list[dict]], language: str = "en"
) -> tuple[Analyst, pd.DataFrame]:
    """The analyst with the settings that answer most validation tickets right, and a row for each setting tried.

    `train` and `validation` are examples and truths, as `load_tickets` returns them.
    """
    examples, truths = validation
    analyst, rows = Analyst(*train, language), []
    of_texts = {by_sentence: Matters(*train, by_sentence) for by_sentence in (False, True)}
    for by_sentence, split in ((False, False), (False, True), (True, True)):
        for cut in _CUTS:
            analyst.matters, analyst.split = of_texts[by_sentence], split
            analyst.matters.cut = cut
            right = grade(analyst.answers(prompts_of(examples)), examples, truths, language).right.sum()
            rows.append({"by sentence": by_sentence, "split": split, "cut": cut, "right": right, "of": len(examples)})
    table = pd.DataFrame(rows)
    best = table.loc[table.right.idxmax()]
    analyst.matters, analyst.split = of_texts[bool(best["by sentence"])], bool(best["split"])
    analyst.matters.cut = float(best["cut"])
    return analyst, table
