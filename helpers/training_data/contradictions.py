"""Contradictions: answers that differ where the question is the same, or where a topic has one usual answer."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from .example import first_answer, user_text, with_line_numbers
from .letter_triples import char_trigrams, jaccard
from .near_duplicates import near_duplicates
from .report import Finding, finding

MIN_SIMILARITY = 0.6  # of the letter triples of answers that differ in wording only
USUAL_SHARE = 0.8  # of a topic's answers that must be equal to be its usual answer: four of five
NEGATION = re.compile(r"\b(?:no|not|never|without|\w+n[’']t|cannot|kein\w*|nicht|nie|niemals|ohne)\b", re.IGNORECASE)
NUMBER = re.compile(r"\b\w*\d[\w.,]*\b")
NUMBER_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)\w*",
    re.IGNORECASE,
)


def find_contradictions(examples: list[dict]) -> Iterator[Finding]:
    """Near-duplicates of a question with another answer, and answers that contradict the usual one of their topic."""
    lines, seen = [line for line, _ in with_line_numbers(examples)], set()
    for earlier, later, _ in near_duplicates(examples):
        one, other = examples[earlier], examples[later]
        if (
            later not in seen
            and _numbers(user_text(one)) == _numbers(user_text(other))
            and _contradict(first_answer(one), first_answer(other))
        ):
            seen.add(later)
            detail = f"{first_answer(other)[:80]!r}, but line {lines[earlier]} answers {first_answer(one)[:80]!r}"
            yield finding(lines[later], None, "two answers", detail)
    usual_of = _usual_answers(examples)
    for n, example in enumerate(examples):
        answer, usual = first_answer(example), usual_of.get(str(example.get("topic", "")), "")
        if n not in seen and _contradict(usual, answer):
            detail = f"{answer[:80]!r}, but on {example['topic']!r} the answer usually is {usual[:80]!r}"
            yield finding(lines[n], None, "two answers", detail)


def _contradict(one: str, other: str) -> bool:
    """Whether two answers differ in more than wording: in numbers, in a negation, or in most of their letters."""
    one, other = one.strip(), other.strip()
    if not one or not other or one.startswith(other) or other.startswith(one):  # one only says more
        return False
    return (
        jaccard(char_trigrams(one), char_trigrams(other)) < MIN_SIMILARITY
        or _numbers(one) != _numbers(other)
        or len(NEGATION.findall(one)) != len(NEGATION.findall(other))
    )


def _numbers(text: str) -> list[str]:
    """Numbers and what contains a digit (E4, 2.4), and number words, sorted."""
    return sorted(found.lower().rstrip(".,") for found in NUMBER.findall(text) + NUMBER_WORDS.findall(text))


def _usual_answers(examples: list[dict]) -> dict[str, str]:
    """The usual answer of each topic that has one."""
    answers_of: dict[str, Counter] = defaultdict(Counter)
    for example in examples:
        if "topic" in example:
            answers_of[str(example["topic"])][first_answer(example).strip()] += 1
    most_frequent = {topic: answers.most_common(1)[0] for topic, answers in answers_of.items()}
    return {
        topic: answer
        for topic, (answer, n) in most_frequent.items()
        if n > 1 and n >= USUAL_SHARE * answers_of[topic].total()
    }
