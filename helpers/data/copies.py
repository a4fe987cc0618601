"""Questions that come twice: copies, near copies, and answers to them that contradict each other."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from .examples import answer, asked, numbered, question
from .findings import Finding

NEAR = 0.6  # share of common letter triples above which two questions count as copies
BLOCK = 256  # examples that are compared with all others at once
TWO_ANSWERS = "Find out which is right, and correct or drop the other."
USUAL = 0.8  # share of a topic's answers above which they are its usual answer
NEGATION = re.compile(r"\b(?:no|not|never|without|\w+n[’']t|cannot|kein\w*|nicht|nie|niemals|ohne)\b", re.IGNORECASE)
NUMBER = re.compile(r"\b\w*\d[\w.,]*\b")
NUMBER_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)\w*",
    re.IGNORECASE,
)


def letter_triples(text: str) -> frozenset[str]:
    plain = " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity: common triples by all triples."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0


def copies(examples: list[dict], threshold: float = NEAR) -> list[tuple[int, int, float]]:
    """Pairs of examples (earlier, later) that ask the same in almost the same letters, and how alike (up to 1)."""
    return _alike([letter_triples(asked(example)) for example in examples], threshold)


def _alike(triples: list[frozenset[str]], threshold: float) -> list[tuple[int, int, float]]:
    column: dict[str, int] = {}
    columns = [column.setdefault(triple, len(column)) for own in triples for triple in own]
    sizes = np.array([len(own) for own in triples], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    has = csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=(len(triples), max(1, len(column))))
    found = []
    for start in range(0, len(triples), BLOCK):
        rows = slice(start, start + BLOCK)
        common = (has[rows] @ has[start:].T).toarray()
        alike = common / np.maximum(1, sizes[rows, None] + sizes[start:] - common)  # as `likeness`
        for one, other in np.argwhere(alike >= threshold).tolist():
            if one < other:
                found.append((start + one, start + other, float(alike[one, other])))
    return found


def _copies_of_first(examples: list[dict]) -> list[tuple[int, int, float]]:
    """As `copies`, but of duplicates only the first is compared with the others: a thousand have no million pairs."""
    first: dict[frozenset[str], int] = {}
    duplicates = []
    for n, example in enumerate(examples):
        own = letter_triples(asked(example))
        if own and first.setdefault(own, n) != n:
            duplicates.append((first[own], n, 1.0))
    places = list(first.values())
    near = [(places[one], places[other], alike) for one, other, alike in _alike(list(first), NEAR)]
    return sorted(duplicates + near)


def without_copies(examples: list[dict]) -> list[dict]:
    """Of all copies only the first."""
    later = {later for _, later, _ in _copies_of_first(examples)}
    return [example for n, example in enumerate(examples) if n not in later]


def groups(examples: list[dict]) -> list[list[int]]:
    """Places of examples that belong together, being copies of each other or one conversation; in their order."""
    leader = list(range(len(examples)))

    def first(n: int) -> int:
        while leader[n] != n:
            leader[n] = n = leader[leader[n]]
        return n

    conversations: dict[str, int] = {}
    same = ((conversations.setdefault(str(e["id"]), n), n) for n, e in enumerate(examples) if "id" in e)
    for one, other in chain(((a, b) for a, b, _ in _copies_of_first(examples)), same):
        one, other = sorted((first(one), first(other)))
        leader[other] = one
    members: dict[int, list[int]] = defaultdict(list)
    for n in range(len(examples)):
        members[first(n)].append(n)
    return list(members.values())


def find_copies(examples: list[dict]) -> Iterator[Finding]:
    """Each later copy, with the first that it is a copy of."""
    lines, seen = [line for line, _ in numbered(examples)], set()
    for earlier, later, alike in _copies_of_first(examples):
        if later not in seen:
            seen.add(later)
            kind = "duplicate" if alike == 1 else "near copy"
            detail = f"of line {lines[earlier]}: {asked(examples[earlier]).strip()[:100]}"
            yield Finding(lines[later], None, kind, detail, "Keep one of them, and keep copies out of the test.")


def find_contradictions(examples: list[dict]) -> Iterator[Finding]:
    """Copies of a question with another answer, and answers unlike the one that their topic nearly always has."""
    lines, seen = [line for line, _ in numbered(examples)], set()
    for earlier, later, _ in _copies_of_first(examples):
        one, other = examples[earlier], examples[later]
        if (
            later not in seen
            and _figures(asked(one)) == _figures(asked(other))
            and _contradict(answer(one), answer(other))
        ):
            seen.add(later)
            detail = f"{answer(other)[:80]!r}, but line {lines[earlier]} answers {answer(one)[:80]!r}"
            yield Finding(lines[later], None, "two answers", detail, TWO_ANSWERS)
    usual = _usual_answers(examples)
    for n, example in enumerate(examples):
        said, often = answer(example), usual.get(str(example.get("topic", "")), "")
        if n not in seen and _contradict(often, said):
            detail = f"{said[:80]!r}, but on {example['topic']!r} the answer usually is {often[:80]!r}"
            yield Finding(lines[n], None, "two answers", detail, TWO_ANSWERS)


def _contradict(one: str, other: str) -> bool:
    """Whether two answers differ in more than wording: in figures, in a negation, or in most of their letters."""
    one, other = one.strip(), other.strip()
    if not one or not other or one.startswith(other) or other.startswith(one):  # longer, but not against it
        return False
    a, b = letter_triples(one), letter_triples(other)
    return (
        likeness(a, b) < NEAR
        or _figures(one) != _figures(other)
        or len(NEGATION.findall(one)) != len(NEGATION.findall(other))
    )


def _figures(text: str) -> list[str]:
    return sorted(found.lower().rstrip(".,") for found in NUMBER.findall(text) + NUMBER_WORDS.findall(text))


def _usual_answers(examples: list[dict]) -> dict[str, str]:
    """Topics with an answer that (nearly) all their examples give."""
    by_topic: dict[str, Counter] = defaultdict(Counter)
    for example in examples:
        if "topic" in example:
            by_topic[str(example["topic"])][answer(example).strip()] += 1
    most = {topic: answers.most_common(1)[0] for topic, answers in by_topic.items()}
    return {topic: said for topic, (said, n) in most.items() if n > 1 and n >= USUAL * by_topic[topic].total()}


def leaks(parts: dict[str, list[dict]]) -> pd.DataFrame:
    """Questions that stand in two parts, or almost: a row for each pair, with how alike they are."""
    everything = [(part, line, example) for part, examples in parts.items() for line, example in numbered(examples)]
    rows = []
    for earlier, later, alike in copies([example for _, _, example in everything]):
        (part, line, example), (other_part, other_line, _) = everything[earlier], everything[later]
        if part != other_part:
            rows.append((question(example).strip(), part, line, other_part, other_line, alike))
    return pd.DataFrame(rows, columns=["question", "part", "line", "other part", "other line", "alike"])
