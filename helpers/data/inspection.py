"""All that can be said about a set of examples, in one report, and the set without what spoils a model."""

from collections.abc import Collection

from . import privacy
from .balance import find_other_tone, find_uneven_topics
from .check import MODEL, check
from .copies import find_contradictions, find_copies, without_copies
from .findings import Report

MASKED = frozenset({"personal data", "secret"})
COPIES = frozenset({"duplicate", "near copy"})


def inspect(examples: list[dict], model: str = MODEL) -> Report:
    """The report of `check`, with copies, contradictions, personal data, uneven topics and other tones."""
    report = check(examples, model)
    for find in (find_copies, find_contradictions, privacy.find_personal, find_uneven_topics, find_other_tone):
        report.add(find(examples))
    return report


def mended(examples: list[dict], report: Report, keep: Collection[str] = ()) -> list[dict]:
    """New examples: personal data and secrets masked, of copies the first, and none with a finding of another kind.

    Findings of the kinds in `keep` are put up with.
    """
    good = report.good(examples, keep=MASKED | COPIES | set(keep))
    return privacy.mask_examples(without_copies(list(good)))
