"""One answer for all: a sign that another column than that of the answers was read."""

from collections import Counter
from collections.abc import Iterator

from .example import first_answer, with_line_numbers
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
    said = ((line, first_answer(example).strip()) for line, example in with_line_numbers(examples))
    answers = [(line, answer) for line, answer in said if answer]
    if len(answers) < MIN_EXAMPLES:
        return
    usual, times = Counter(answer for _, answer in answers).most_common(1)[0]
    statuses = [line for line, answer in answers if answer.lower() in STATUSES]
    if len(statuses) >= STATUS_SHARE * len(answers):
        detail = f"{len(statuses):,} of {len(answers):,} answers are the status of a ticket, as {usual!r}"
        yield finding(statuses[0], None, "one answer", detail)
    elif times >= ONE_ANSWER_SHARE * len(answers):
        first = next(line for line, answer in answers if answer == usual)
        yield finding(first, None, "one answer", f"{times:,} of {len(answers):,} answers are {usual[:80]!r}")
