"""All checks of a set of examples in one report, and the set without what would spoil a model."""

from collections.abc import Callable, Collection, Iterable, Iterator

from tqdm import tqdm

from . import personal_data, turns
from .balance import find_other_tone, find_uneven_topics
from .checks import MODEL, check
from .contradictions import find_contradictions
from .example import texts
from .markup_leftovers import find_markup_leftovers, without_html, without_quoted_mail
from .near_duplicates import find_near_duplicates, without_near_duplicates
from .one_answer import find_one_answer
from .other_language import find_other_language
from .question_pairs import SECONDS_SILENT
from .report import Finding, Report
from .unhelpful_answers import find_unhelpful_answers

Check = Callable[[list[dict]], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    find_near_duplicates,
    find_contradictions,
    personal_data.find_personal_data,
    find_uneven_topics,
    find_other_tone,
    find_markup_leftovers,
    find_unhelpful_answers,
    find_one_answer,
    find_other_language,
)
MASKED = frozenset({"personal data", "secret"})
MENDED = turns.MENDED | {"HTML", "quoted mail"}
DUPLICATES = frozenset({"duplicate", "near-duplicate"})
# no line is at fault, so none is left out
ABOUT_ALL = frozenset({"many system prompts", "many languages", "one answer", "uneven topic"})
TO_BE_WEIGHED = frozenset({"many system prompts"})  # it may be how the set is meant, and speaks against no training


def inspect(
    examples: list[dict], model: str = MODEL, checks: Iterable[Check] = CHECKS, own: Collection[str] = ()
) -> Report:
    """The report of `check`, with the findings of more checks, by default of all that this package has.

    A check is a function from examples to findings; write one for the facts that only you know. `own` are names,
    addresses and numbers of the company, which are not personal data ("@northhome.example", "0800 123456").
    """
    report = check(examples, model)
    shown = tqdm(list(checks), "inspecting", unit="check", delay=SECONDS_SILENT, leave=False)
    for find in shown:
        of_customers = find is personal_data.find_personal_data
        report.add(personal_data.find_personal_data(examples, own) if of_customers else find(examples))
    return report


def clean(examples: list[dict], report: Report, ignored: Collection[str] = (), own: Collection[str] = ()) -> list[dict]:
    """A new list: personal data and secrets masked, of near-duplicates only the first, and none with other findings.

    HTML becomes its text, quoted mail is taken off, an assistant's greeting gets the weight 0, and a user's last words
    without a reply are taken off. `report` is that of `inspect` for these examples. Findings of the kinds in `ignored`
    change nothing: near-duplicates stay if it has "near-duplicate", and nothing is masked if it has both "personal
    data" and "secret". `own`, as in `inspect`, is not masked.
    """
    changed = MASKED | DUPLICATES | MENDED
    kept = report.without_findings(examples, changed | ABOUT_ALL | set(ignored))
    cleaned = list(_mended(kept, MENDED - set(ignored)))
    if not MASKED.issubset(ignored):
        cleaned = _masked(cleaned, own)
    # masked first: two questions that differ in a name only are near-duplicates without it
    return without_near_duplicates(cleaned, ignored)


def _mended(examples: Iterable[dict], kinds: frozenset[str]) -> Iterator[dict]:
    """The examples without findings of these kinds; those that cannot be mended are left out."""
    for example in examples:
        example = without_html(example) if "HTML" in kinds else example
        example = without_quoted_mail(example) if "quoted mail" in kinds else example
        if any(found.kind in kinds for found in find_markup_leftovers([example])):
            continue
        mended = turns.mend_turns(example, kinds)
        if mended is example or turns.has_answer_to_learn(mended):  # a greeting may have been all there was
            yield mended


def _masked(examples: list[dict], own: Collection[str]) -> list[dict]:
    """New examples where something is masked; the others are the same objects, which saves memory."""
    shown = tqdm(examples, "masking", delay=SECONDS_SILENT, leave=False)
    pairs = ((example, *personal_data.mask_examples([example], own)) for example in shown)
    return [example if masked == example else masked for example, masked in pairs]


def changed_messages(before: Iterable[dict], after: Iterable[dict]) -> Iterator[tuple[int, int, str, str]]:
    """Of each message whose text `clean` changed: its example's line, its number, and the text before and after.

    Examples belong together by the `line` that `read` gave them.
    """
    old = {example["line"]: dict(texts(example)) for example in before}
    for example in after:
        for number, text in texts(example):
            if text != old[example["line"]][number]:
                yield example["line"], number, old[example["line"]][number], text
