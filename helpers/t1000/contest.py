"""Tables of the contest: what each contestant knew, and how its answers were graded."""

import pandas as pd

from .. import stats

FAULTS = ("missing", "other", "invented", "unsafe", "tone")  # columns of `desk_grading.grade`
_KNOWS = {  # contestant: training tickets, their truth, the handbook, rules that a person wrote for it
    "base": ("", "", "", ""),
    "base, handbook": ("", "", "all of it", "a prompt"),
    "base, entries": ("to find entries", "to find entries", "three entries", "a prompt"),
    "base, examples": ("three of them", "", "", ""),
    "nearest ticket": ("yes", "", "", ""),
    "classifier": ("yes", "yes", "", "for names, numbers, dates, turns"),
    "tuned": ("yes", "", "", ""),
    "tuned, entries": ("yes", "to find entries", "three entries", ""),
}


def information() -> pd.DataFrame:
    """What each contestant had besides the customer's words. The truth of a ticket names its entries and things."""
    columns = ["training tickets", "their truth", "handbook", "written by hand"]
    return pd.DataFrame.from_dict(_KNOWS, orient="index", columns=columns)


def results(grades: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each contestant: `right` answers `of` all, `low` and `high` of the exact 95 % interval of that share.

    Then how many answers have each fault; one answer may have several. `grades` are tables of `desk_grading.grade`.
    """
    rows = {}
    for name, table in grades.items():
        right = int(sum(table.right))
        low, high = stats.exact_interval(right, len(table))
        row = {"right": right, "of": len(table), "low": low, "high": high}
        rows[name] = row | {fault: sum(map(bool, table[fault])) for fault in FAULTS}
    return pd.DataFrame.from_dict(rows, orient="index")


def by_kind(grades: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """How many tickets of each kind each contestant answered right; `of`: how many there are. Many first."""
    right = pd.DataFrame({name: table.groupby("kind").right.sum() for name, table in grades.items()})
    of = next(iter(grades.values())).groupby("kind").size()
    return right.assign(of=of).sort_values("of", ascending=False)
