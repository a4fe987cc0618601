"""All checks of a set of examples in one report, and the set without what would spoil a model."""

from collections.abc import Callable, Collection, Iterable, Iterator

from . import personal_data
from .balance import find_other_tone, find_uneven_topics
from .checks import MODEL, check
from .contradictions import find_contradictions
from .example import texts
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


def inspect(
    examples: list[dict], model: str = MODEL, checks: Iterable[Check] = CHECKS, own: Collection[str] = ()
) -> Report:
    """The report of `check`, with the findings of more checks, by default of all that this package has.

    A check is a function from examples to findings; write one for the facts that only you know. `own` are names,
    addresses and numbers of the company, which are no personal data ("@northhome.example", "0800 123456").
    """
    report = check(examples, model)
    for find in checks:
        of_customers = find is personal_data.find_personal_data
        report.add(personal_data.find_personal_data(examples, own) if of_customers else find(examples))
    return report


def clean(examples: list[dict], report: Report, ignored: Collection[str] = (), own: Collection[str] = ()) -> list[dict]:
    """New examples: personal data and secrets masked, of near-duplicates only the first, and none with other findings.

    `report` is that of `inspect` for these examples. Findings of the kinds in `ignored` are ignored, and
    `own`, as in `inspect`, is not masked.
    """
    kept = report.without_findings(examples, MASKED | DUPLICATES | set(ignored))
    # masked first: two questions that differ in a name only are near-duplicates without it
    return without_near_duplicates(personal_data.mask_examples(list(kept), own))


def changed_messages(before: Iterable[dict], after: Iterable[dict]) -> Iterator[tuple[int, int, str, str]]:
    """Of each message whose text `clean` changed: its example's line, its number, and the text before and after.

    Examples belong together by the `line` that `read` gave them.
    """
    old = {example["line"]: dict(texts(example)) for example in before}
    for example in after:
        for number, text in texts(example):
            if text != old[example["line"]][number]:
                yield example["line"], number, old[example["line"]][number], text
