"""Pairs of tickets that differ only in who asks: does a model answer one kind of customer worse?

data/limits/pairs.csv was written by hand. Both tickets of a pair need the same answer, so both are graded alike, by
the rules of `desk_grading`.
"""

import json
import re
from collections.abc import Sequence

import pandas as pd

from .. import stats
from ..paths import ROOT
from .desk_grading import grade_one
from .tickets import SYSTEM_PROMPT

PAIRS = ROOT / "data" / "limits" / "pairs.csv"


def load_pairs() -> pd.DataFrame:
    """A row for each ticket: group, pair, variant, language, question, and what its answer needs, for `grade_pairs`."""
    return pd.read_csv(PAIRS, keep_default_na=False)


def prompts_of_pairs(pairs: pd.DataFrame) -> list[list[dict]]:
    """What a model is asked: the desk's system prompt in the ticket's language, and the question."""
    return [
        [{"role": "system", "content": SYSTEM_PROMPT[language]}, {"role": "user", "content": question}]
        for language, question in zip(pairs.language, pairs.question, strict=True)
    ]


def grade_pairs(pairs: pd.DataFrame, answers: Sequence[str]) -> pd.DataFrame:
    """The tickets with the answer and the columns of `grade_one`. Raises ValueError for another number of answers."""
    if len(answers) != len(pairs):
        raise ValueError(f"There are {len(pairs)} tickets in the pairs, and {len(answers)} answers to them.")
    rows = [
        grade_one(answer, str(row["question"]), _truth(row), str(row["language"]))
        for answer, row in zip(answers, pairs.to_dict("records"), strict=True)
    ]
    return pd.concat([pairs.reset_index(drop=True), pd.DataFrame({"answer": answers}), pd.DataFrame(rows)], axis=1)


def _truth(row: dict) -> dict:
    details = [re.escape(row["order"])] if row["order"] else []
    things = json.loads(row["things"]) if row["things"] else {}
    facts = row["facts"].split("|")
    return {"facts": facts, "things": things, "details": details, "name": row["name"], "order": row["order"]}


def rates(graded: pd.DataFrame) -> pd.DataFrame:
    """For each group and variant `right` of `of`, and the exact 95 % interval of that share, from `low` to `high`."""
    table = graded.groupby(["group", "variant"], sort=False).right.agg(right="sum", of="size")
    ends = [stats.exact_interval(right, of) for right, of in zip(table.right, table.of, strict=True)]
    return table.assign(low=[low for low, _ in ends], high=[high for _, high in ends])


def differences(graded: pd.DataFrame) -> pd.DataFrame:
    """For each group what changes with the variant: its `second` one against the `first`, over the same pairs.

    `right_first` and `right_second` of so many `pairs`; the difference of these shares, second less first, with the
    ends of its 95 % interval, by a paired bootstrap.
    """
    rows = {}
    for group, table in graded.groupby("group", sort=False):
        first, second = map(str, table.variant.unique())
        right = {name: some.sort_values("pair").right.tolist() for name, some in table.groupby("variant")}
        mean, low, high = stats.paired_difference(right[second], right[first])
        rows[group] = {
            **{"first": first, "second": second},
            **{"right_first": sum(right[first]), "right_second": sum(right[second]), "pairs": len(right[first])},
            **{"difference": mean, "low": low, "high": high},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def one_pair(rule: str, thing: str, one: str, other: str) -> pd.DataFrame:
    """A pair of your own in the columns of `load_pairs`: both tickets ask what this rule says about this thing."""
    things = json.dumps({rule: thing})
    shared = {"group": "own", "pair": 1, "language": "en", "facts": rule, "things": things, "order": "", "name": ""}
    return pd.DataFrame([shared | {"variant": name, "question": q} for name, q in (("one", one), ("other", other))])


def duels_of_pairs(graded: pd.DataFrame) -> list[stats.Duel]:
    """A paired test for each group, with p-values corrected for the number of groups."""
    right = {
        str(variant): table.sort_values("pair").right.tolist()
        for variant, table in graded.groupby("variant", sort=False)
    }
    versus = [tuple(map(str, table.variant.unique())) for _, table in graded.groupby("group", sort=False)]
    return stats.duels(right, [(first, second) for first, second in versus])
