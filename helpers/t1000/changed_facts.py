"""Facts that change after the training: eight entries of the handbook are edited, and four are about new topics.

data/desk/changed/ has these twelve entries, and questions about them. They are English only.
"""

import re
from collections.abc import Iterable

import pandas as pd

from ..paths import DESK
from .desk_grading import FLAGS, grade, load_handbook
from .tickets import SYSTEM_PROMPT

CHANGED = DESK / "changed"


def load_changes() -> pd.DataFrame:
    """The entries that are edited or new, indexed by id, with the columns of `load_handbook`."""
    return pd.read_csv(CHANGED / "handbook.csv", index_col="id", keep_default_na=False)


def changed_handbook() -> pd.DataFrame:
    """The whole handbook as it is after the change."""
    before, changes = load_handbook("en"), load_changes()
    return pd.concat([before.drop(changes.index, errors="ignore"), changes])


def load_changed_tickets() -> tuple[list[dict], list[dict]]:
    """The questions as examples with the new answers, and the truth about each; its kind is "edited" or "new"."""
    before, changes = load_handbook("en"), load_changes()
    examples, truths = [], []
    for fact, question in pd.read_csv(CHANGED / "questions.csv").itertuples(index=False):
        turns = (("system", SYSTEM_PROMPT["en"]), ("user", question), ("assistant", changes.answer[fact]))
        examples.append({"messages": [{"role": role, "content": text} for role, text in turns]})
        kind = "edited" if fact in before.index else "new"
        truths.append({"kind": kind, "facts": [fact], "things": {}, "details": [], "name": "", "order": ""})
    return examples, truths


def grade_changed(answers: Iterable[str]) -> pd.DataFrame:
    """The grades of answers to these tickets by the changed handbook; `old`: the answer states the fact as it was."""
    examples, truths = load_changed_tickets()
    graded, before = grade(answers, examples, truths, "en", changed_handbook()), load_handbook("en").must_match
    facts = [truth["facts"][0] for truth in truths]
    old = [
        fact in before.index and re.search(before[fact], answer, FLAGS) is not None
        for fact, answer in zip(facts, graded.answer, strict=True)
    ]
    return graded.assign(fact=facts, old=old)


def search_found(found: list[pd.DataFrame]) -> str:
    """For how many of these tickets the entries found have the one that is needed, in words."""
    _, truths = load_changed_tickets()
    hits = pd.DataFrame(
        {
            "kind": [truth["kind"] for truth in truths],
            "hit": [truth["facts"][0] in entries.index for entries, truth in zip(found, truths, strict=True)],
        }
    )
    counted = [f"{rows.hit.sum()} of {len(rows)} {kind}" for kind, rows in hits.groupby("kind")]
    return f"The search found the entry that is needed for {' and '.join(counted)}."


def who_follows(grades: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """For each contestant how many answers are right, or state an edited fact as it was; in all, of edited, of new."""
    rows = {}
    for name, table in grades.items():
        edited, new = table[table.kind == "edited"], table[table.kind == "new"]
        rows[name] = {
            f"edited: right, of {len(edited)}": edited.right.sum(),
            "edited: as it was": edited.old.sum(),
            f"new: right, of {len(new)}": new.right.sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
