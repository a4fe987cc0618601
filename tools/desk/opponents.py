"""Measures how far one gets without a language model: `python -m tools.desk.opponents [en|de]`.

Both opponents have the training tickets and their truth. One gives the answer to the nearest training question. The
other is the classifier of analyst.py; its settings are chosen on the validation tickets.
"""

import sys

import pandas as pd
from sklearn.metrics.pairwise import linear_kernel

from helpers.t1000.desk_grading import grade

from .analyst import Analyst
from .texts import features, plain, read, said

_SETTINGS = ((False, False), (False, True), (True, True))  # by_sentence, split
_CUTS = (-0.5, -0.3, -0.15)


class Nearest:
    """Gives the answer of the most similar training ticket."""

    def __init__(self, language: str):
        self.examples, _ = read(language, "train")
        self.space = features()
        self.known = self.space.fit_transform([plain(said(example)) for example in self.examples])

    def answer(self, example: dict) -> str:
        alike = linear_kernel(self.space.transform([plain(said(example))]), self.known)
        return self.examples[int(alike.argmax())]["messages"][-1]["content"]


def best_analyst(language: str) -> Analyst:
    """The analyst with the settings that answer most validation tickets right; prints them."""
    examples, truths = read(language, "validation")
    rows = []
    for by_sentence, split in _SETTINGS:
        analyst = Analyst(language, by_sentence, split)
        for cut in _CUTS:
            analyst.matters.cut = cut
            right = grade(map(analyst.answer, examples), examples, truths, language).right.mean()
            rows.append((right, by_sentence, split, cut, analyst))
    right, by_sentence, split, cut, analyst = max(rows, key=lambda row: row[0])
    print(f"chosen on {len(examples)} validation tickets: {by_sentence=}, {split=}, {cut=}, right {right:.0%}")
    analyst.matters.cut = cut
    return analyst


def main(language: str) -> None:
    """Print the results of both opponents on the test tickets, and by kind of ticket."""
    examples, truths = read(language, "test")
    table = {}
    for name, opponent in {"nearest": Nearest(language), "classifier": best_analyst(language)}.items():
        graded = grade(map(opponent.answer, examples), examples, truths, language)
        table[name] = graded.groupby("kind").right.agg(["sum", "count"]).assign(share=lambda t: t["sum"] / t["count"])
        print(f"{name}: {graded.right.sum()} of {len(graded)} right ({graded.right.mean():.0%})")
        print(graded.loc[~graded.right, ["missing", "unsafe", "other", "invented", "tone"]].ne("").sum().to_dict())
    print(pd.concat(table, axis=1).round(2))


if __name__ == "__main__":
    main(next((one for one in sys.argv[1:] if one in ("en", "de")), "en"))
