"""All checks of a set of examples in one report, and the set without what would spoil a model."""

from collections.abc import Callable, Collection, Iterable

from . import personal_data
from .balance import find_other_tone, find_uneven_topics
from .checks import MODEL, check
from .contradictions import find_contradictions
from .near_duplicates import find_near_duplicates, without_near_duplicates
from .report import Finding, Report

Check = Callable[[list[dict]], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    find_near_duplicates,
    find_contradictions,
    personal_data.find_personal_data,
    find_uneven_topics,
    find_other_tone,
)
MASKED = frozenset({"personal data", "secret"})
DUPLICATES = frozenset({"duplicate", "near-duplicate"})


def inspect(examples: list[dict], model: str = MODEL, checks: Iterable[Check] = CHECKS) -> Report:
    """The report of `check`, with the findings of more checks, by default of all that this package has.

    A check is a function from examples to findings; write one for the facts that only you know.
    """
    report = check(examples, model)
    for find in checks:
        report.add(find(examples))
    return report


def clean(examples: list[dict], report: Report, ignored: Collection[str] = ()) -> list[dict]:
    """New examples: personal data and secrets masked, of near-duplicates only the first, and none with other findings.

    `report` is that of `inspect` for these examples. Findings of the kinds in `ignored` are ignored.
    """
    kept = report.without_findings(examples, MASKED | DUPLICATES | set(ignored))
    return personal_data.mask_examples(without_near_duplicates(list(kept)))
