"""Go or no-go: whether a training is worth starting, as a table of conditions."""

from collections.abc import Collection

import pandas as pd

from .costs import Estimate, Payback
from .data.copies import leaks
from .data.findings import Report

FEWEST = 50  # examples; OpenAI's guide names 10 as the least that is accepted, and 50 to 100 as where it starts to show


def conditions(
    parts: dict[str, list[dict]],
    report: Report,
    estimate: Estimate,
    budget_usd: float,
    payback: Payback,
    keep: Collection[str] = (),
) -> pd.DataFrame:
    """A row for each condition: what was found, and whether it is met.

    `report` is that of the examples in `parts`, after mending; findings of the kinds in `keep` are put up with.
    """
    examples, shared = len(parts["train"]), len(leaks(parts))
    flaws = sum(n for kind, n in report.counts.items() if kind not in keep)
    rows = {
        f"at least {FEWEST} examples to learn from": (f"{examples:,}", examples >= FEWEST),
        "no flaw is left": (f"{flaws:,} findings", not flaws),
        "no question stands in two parts": (f"{shared:,} do", not shared),
        "the training is within the budget": (
            f"{estimate.usd:.2f} of {budget_usd:.2f} USD",
            estimate.usd <= budget_usd,
        ),
        "it pays for itself in time": (str(payback), payback.day is not None),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["found", "met"])


def verdict(conditions: pd.DataFrame) -> str:
    unmet = conditions.index[~conditions.met]
    return f"No-go. Not met: {'; '.join(unmet)}." if len(unmet) else "Go."
