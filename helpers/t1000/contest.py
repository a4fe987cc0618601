"""The contest: what each contestant knew, what the models answer, and how all answers were graded."""

import pandas as pd
from openai import OpenAI

from .. import stats
from ..compare import ask_all
from ..conversation import ANSWER_TOKENS
from .opponents.texts import conversation_text

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


def ask(client: OpenAI, asked_of: dict[str, tuple[str, list[list[dict]]]]) -> dict[str, pd.Series]:
    """The answers of each contestant, whose model and prompts are given. Raises as `compare.ask_all`."""
    return {
        name: ask_all(client, model, prompts, max_tokens=ANSWER_TOKENS).answer
        for name, (model, prompts) in asked_of.items()
    }


def results(grades: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row for each contestant: `right` answers `of` all, `low` and `high` of the exact 95 % interval of that share.

    Then an answer's mean number of `words`, and how many have each fault; one may have several. `grades` are tables
    of `desk_grading.grade`.
    """
    rows = {}
    for name, table in grades.items():
        right = int(sum(table.right))
        low, high = stats.exact_interval(right, len(table))
        words = round(table.answer.str.split().str.len().mean())
        row = {"right": right, "of": len(table), "low": low, "high": high, "words": words}
        rows[name] = row | {fault: sum(map(bool, table[fault])) for fault in FAULTS}
    return pd.DataFrame.from_dict(rows, orient="index")


def by_kind(grades: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """How many tickets of each kind each contestant answered right; `of`: how many there are. Many first."""
    right = pd.DataFrame({name: table.groupby("kind").right.sum() for name, table in grades.items()})
    of = next(iter(grades.values())).groupby("kind").size()
    return right.assign(of=of).sort_values("of", ascending=False)


def best_untuned(grades: dict[str, pd.DataFrame]) -> str:
    """Of the contestants that no training made, the one with the most right answers."""
    untuned = [name for name in grades if not name.startswith("tuned")]
    return max(untuned, key=lambda name: grades[name].right.sum())


def some_misses(misses: pd.DataFrame, prompts: list[list[dict]], of_each: int = 3) -> pd.DataFrame:
    """Some unsafe answers, then as many others, with the tickets and their faults. `misses`: rows of the grades."""
    misses = misses.assign(ticket=[conversation_text(prompts[n]) for n in misses.index])
    unsafe = misses.query("unsafe != ''").sort_values("unsafe").head(of_each)
    some = pd.concat([unsafe, misses.query("unsafe == ''").head(of_each)])
    return some.filter(["ticket", "answer", "missing", "other", "unsafe"])
