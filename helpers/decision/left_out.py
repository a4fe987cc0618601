"""Which examples `clean` left out, and why."""

from collections import Counter

import pandas as pd

from ..plural import plural
from ..training_data import Report, first_answer, first_question
from ..training_data.cleaning import ABOUT_ALL, DUPLICATES, MASKED
from ..training_data.example import with_line_numbers
from ..training_data.personal_data import mask, people_of

LATER_ALIKE = "alike once masked"  # near-duplicates that only masking made alike
EXAMPLES_SHOWN = 3  # of one reason
LETTERS_SHOWN = 160


def reasons(examples: list[dict], cleaned: list[dict], report: Report, ignored=()) -> dict[int, list[str]]:
    """The line of each example that is not among the cleaned ones, and the kinds of finding that it has.

    `report` is that of the examples, `ignored` what `clean` was told to ignore.
    """
    kept, mild = {line for line, _ in with_line_numbers(cleaned)}, set()
    gone = [line for line, _ in with_line_numbers(examples) if line not in kept]
    found: dict[int, list[str]] = {line: [] for line in gone}
    for kind in sorted(report.counts.keys() - MASKED - ABOUT_ALL - set(ignored)):
        lines = report.lines(kind)
        for line in lines & found.keys():
            found[line].append(kind)
        if lines & kept:  # a kept example has this kind, too, so it is a reason only where there is no other
            mild.add(kind)
    return {line: _decisive(kinds, mild) or [LATER_ALIKE] for line, kinds in found.items()}


def in_words(examples: list[dict], cleaned: list[dict], report: Report, ignored=()) -> str:
    """How many examples were left out for which reasons; one may have several. Arguments as of `reasons`."""
    why = reasons(examples, cleaned, report, ignored)
    if not why:
        return "no conversation was read"
    counts = Counter(kind for kinds in why.values() for kind in kinds).most_common()
    were = f"{plural(len(why), 'conversation')} {'was' if len(why) == 1 else 'were'} left out"
    return f"{were}: {', '.join(f'{count:,} for “{kind}”' for kind, count in counts)}"


def _decisive(kinds: list[str], mild: set[str]) -> list[str]:
    """The kinds without the mild ones, then without duplicates (one of which is kept), as long as a kind is left."""
    for weak in (mild, DUPLICATES):
        kinds = [kind for kind in kinds if kind not in weak] or kinds
    return kinds


def table(examples: list[dict], why: dict[int, list[str]]) -> pd.DataFrame:
    """A row for each reason: examples left out for it, those for it alone, and some of them, masked."""
    by_line = dict(with_line_numbers(examples))
    counts = Counter(kind for kinds in why.values() for kind in kinds)
    rows = []
    for kind, count in counts.most_common():
        lines = sorted(line for line, kinds in why.items() if kind in kinds)
        alone = sum(why[line] == [kind] for line in lines)
        shown = [f"line {line}: {shortened(by_line[line])}" for line in lines[:EXAMPLES_SHOWN]]
        rows.append((kind, count, alone, "\n".join(shown)))
    return pd.DataFrame(rows, columns=["reason", "examples", "for this alone", "such as (masked)"])


def shortened(example: dict) -> str:
    """Question and answer of an example in a few words, masked."""
    question, answer = (
        short(mask(text, people=people_of(example))) for text in (first_question(example), first_answer(example))
    )
    return f"{question or '(no question)'} → {answer or '(no answer)'}"


def short(text: str) -> str:
    """A text on one line, and cut if it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LETTERS_SHOWN else f"{plain[:LETTERS_SHOWN].rstrip()} …"
