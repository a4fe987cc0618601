"""Balance of a set: topics with too few or too many examples, and answers whose tone differs from the others'."""

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median

from .example import first_answer, with_line_numbers
from .report import Finding, finding

UNEVEN_FACTOR = 4  # times the median, or a quarter of it: uneven by anyone's judgement
MIN_WORDS = 20  # of an answer whose length says something: shorter ones may well differ by a factor

# At the beginning of a sentence "Sie" and "Ihr" may be "they" and "her"; elsewhere the capital letter decides.
_SIE = re.compile(r"(?<![.!?:\n] )(?<!^)\b(?:Sie|Ihnen|Ihre?[nmrs]?)\b", re.MULTILINE)
_DU = re.compile(r"\b(?:du|dir|dich|dein(?:e[nmrs]?)?|euch|eu(?:er|re[nmrs]?))\b", re.IGNORECASE)


def form_of_address(text: str) -> str:
    """How a German text addresses its reader: "Sie", "du", "Sie and du", or "" if it does not."""
    return " and ".join(name for name, pattern in (("Sie", _SIE), ("du", _DU)) if pattern.search(text))


def find_uneven_topics(examples: list[dict]) -> Iterator[Finding]:
    """A finding for each topic with a quarter or less, or four times or more, of the median topic's examples.

    It names the first line of the topic.
    """
    counts = Counter(str(example["topic"]) for example in examples if "topic" in example)
    median_count = median(counts.values()) if counts else 0
    seen = set()
    for line, example in with_line_numbers(examples):
        topic = str(example.get("topic", ""))
        if topic in counts and topic not in seen:
            seen.add(topic)
            if counts[topic] * UNEVEN_FACTOR <= median_count or counts[topic] >= median_count * UNEVEN_FACTOR:
                detail = f"{topic!r} has {counts[topic]} examples, the median topic {median_count:g}"
                yield finding(line, None, "uneven topic", detail)


def find_other_tone(examples: list[dict]) -> Iterator[Finding]:
    """Answers that say du where most say Sie (or the reverse, or both), and answers of a quite different length."""
    lines, answers = [line for line, _ in with_line_numbers(examples)], [first_answer(example) for example in examples]
    forms = [form_of_address(answer) for answer in answers]
    usual = Counter(filter(None, forms)).most_common(1)[0][0] if any(forms) else ""
    lengths = [len(answer.split()) for answer in answers]
    usual_length = median(filter(None, lengths)) if any(lengths) else 0
    for line, answer, form, length in zip(lines, answers, forms, lengths, strict=True):
        if form and form != usual:
            yield finding(line, None, "other tone", f"it says {form}, usual is {usual}: {answer[:80]!r}")
        if (
            length >= max(MIN_WORDS, usual_length * UNEVEN_FACTOR)
            or 0 < length * UNEVEN_FACTOR <= usual_length >= MIN_WORDS
        ):
            detail = f"{length} words, the median answer has {usual_length:g}: {answer[:80]!r}"
            yield finding(line, None, "other length", detail)
