"""Go or no-go: the conditions for starting a training, as a table."""

from collections.abc import Collection

import pandas as pd

from ..costs import Estimate, Payback
from ..training_data import Report, leaks

MIN_EXAMPLES = 50  # OpenAI's guide: at least 10 are accepted, and improvements show from 50 to 100 on


def conditions(
    parts: dict[str, list[dict]],
    report: Report,
    estimate: Estimate,
    budget_usd: float,
    payback: Payback,
    ignored: Collection[str] = (),
) -> pd.DataFrame:
    """A row for each condition: what was found, and whether it is met.

    `report` is that of the cleaned examples, which `parts` has. Findings of the kinds in `ignored` are ignored.
    """
    examples, shared = len(parts["train"]), len(leaks(parts))
    findings = sum(n for kind, n in report.counts.items() if kind not in ignored)
    rows = {
        f"at least {MIN_EXAMPLES} examples to learn from": (f"{examples:,}", examples >= MIN_EXAMPLES),
        "no finding is left": (f"{findings:,} findings", not findings),
        "no question stands in two parts": (f"{shared:,} do", not shared),
        "the training is within the budget": (
            f"{estimate.usd:.2f} of {budget_usd:.2f} USD",
            estimate.usd <= budget_usd,
        ),
        "it pays for itself in time": (str(payback), payback.day is not None),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["found", "met"])


def verdict(conditions: pd.DataFrame) -> str:
    """Go, or no-go with the conditions that are not met."""
    unmet = conditions.index[~conditions.met]
    return f"No-go. Not met: {'; '.join(unmet)}." if len(unmet) else "Go."
