"""One answer for all: a sign that another column than that of the answers was read."""

from collections import Counter
from collections.abc import Iterator

from .example import answers, with_line_numbers
from .report import Finding, finding

MIN_EXAMPLES = 10  # of which a share says something
ONE_ANSWER_SHARE = 0.9  # of the answers
STATUS_SHARE = 0.5
STATUSES = frozenset(
    "new|open|opened|pending|solved|resolved|closed|done|completed|hold|on hold|waiting|in progress|within sla|"
    "sla violated|neu|offen|geöffnet|wartend|gelöst|geschlossen|erledigt|abgeschlossen|in bearbeitung".split("|")
)


def find_one_answer(examples: list[dict]) -> Iterator[Finding]:
    """A single finding if nearly all answers are the same text, or most are the status of a ticket."""
    whole = ((line, "\n".join(answers(example)).strip()) for line, example in with_line_numbers(examples))
    said = [(line, answer) for line, answer in whole if answer]
    if len(said) < MIN_EXAMPLES:
        return
    usual, times = Counter(answer for _, answer in said).most_common(1)[0]
    statuses = [line for line, answer in said if answer.lower() in STATUSES]
    if len(statuses) >= STATUS_SHARE * len(said):
        detail = f"{len(statuses):,} of {len(said):,} answers are the status of a ticket, as {usual!r}"
        yield finding(statuses[0], None, "one answer", detail)
    elif times >= ONE_ANSWER_SHARE * len(said):
        first = next(line for line, answer in said if answer == usual)
        yield finding(first, None, "one answer", f"{times:,} of {len(said):,} answers are {usual[:80]!r}")
