"""Near-duplicates: examples whose users ask the same in the same words, found in a set of any size.

The result for a set is remembered: several checks ask for it.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from .example import user_text, with_line_numbers
from .letter_triples import plain
from .question_pairs import SECONDS_SILENT, among
from .report import Finding, finding
from .same_question import Question, asked, question

REMEMBERED_SETS = 4  # a notebook goes through a few: as read, masked, cleaned, split

Pair = tuple[int, int, float]  # two positions, the earlier one first, and their similarity, 0 to 1


class Comparison(NamedTuple):
    """What is known of each example of a set, by its position."""

    earlier: np.ndarray  # the position of an earlier example that it is a near-duplicate of, -1 if there is none
    similarity: np.ndarray  # to that one, 0 to 1; 1 where only greeting, signature or quote differ, too
    group: np.ndarray  # a number, the same for those that near-duplicates connect


def compare(examples: list[dict]) -> Comparison:
    """Each example compared with all earlier ones. Texts without a letter or digit are like no other."""
    return _compared(tuple(map(asked, examples)))


@lru_cache(REMEMBERED_SETS)
def _compared(texts: tuple[str, ...]) -> Comparison:
    number_of, questions = _read(texts)
    found, alike, group = among(questions)
    first_duplicate: dict[int, int] = {}  # by a hash of the text, without what duplicates may differ in
    first_with: dict[int, int] = {}
    earlier, similarities = np.full(len(texts), -1), np.zeros(len(texts))
    groups = np.arange(len(texts)) + len(questions)
    for n, text in enumerate(texts):
        if (number := number_of[text]) < 0:
            continue
        groups[n] = group[number]
        before = first_duplicate.setdefault(hash(plain(text)), n), first_with.setdefault(number, n)
        if (other := next((m for m in before if m < n), -1)) >= 0:
            earlier[n], similarities[n] = other, 1
        elif found[number] >= 0:
            earlier[n], similarities[n] = first_with[found[number]], alike[number]
    return Comparison(earlier, similarities, groups)


def _read(texts: Iterable[str]) -> tuple[dict[str, int], list[Question]]:
    """The number of each text's question, -1 if it has no letter, digit or image, and the questions, each once."""
    numbers, known, questions = dict.fromkeys(texts, -1), dict[int, int](), list[Question]()
    for text in tqdm(numbers, "reading questions", delay=SECONDS_SILENT, leave=False):
        own = question(text)
        if own.plain or own.images:
            key = hash((own.plain, own.images))
            if key not in known:
                known[key] = len(questions)
                questions.append(own)
            numbers[text] = known[key]
    return numbers, questions


def near_duplicates(examples: list[dict]) -> list[Pair]:
    """A pair for each example that is a near-duplicate of an earlier one: a thousand duplicates make 999 pairs."""
    found = compare(examples)
    return [(int(earlier), n, float(found.similarity[n])) for n, earlier in enumerate(found.earlier) if earlier >= 0]


def kind_of(one: dict, other: dict) -> str:
    """What two near-duplicates are called: "duplicate" if no letter and no digit differs."""
    return "duplicate" if plain(user_text(one)) == plain(user_text(other)) else "near-duplicate"


def without_near_duplicates(examples: list[dict], ignored: Collection[str] = ()) -> list[dict]:
    """The examples without those that are a near-duplicate of an earlier one, but for the kinds in `ignored`.

    None is left: in a smaller set a word may be less common, and more questions with it near-duplicates.
    """
    while later := {
        later
        for earlier, later, _ in near_duplicates(examples)
        if kind_of(examples[earlier], examples[later]) not in ignored
    }:
        examples = [example for n, example in enumerate(examples) if n not in later]
    return examples


def find_near_duplicates(examples: list[dict]) -> Iterator[Finding]:
    """A finding for each example that is a near-duplicate of an earlier one."""
    lines = [line for line, _ in with_line_numbers(examples)]
    for earlier, later, _ in near_duplicates(examples):
        kind = kind_of(examples[earlier], examples[later])
        detail = f"of line {lines[earlier]}: {user_text(examples[earlier]).strip()[:100]}"
        if kind == "near-duplicate":
            detail += f" – here: {user_text(examples[later]).strip()[:100]}"
        yield finding(lines[later], None, kind, detail)
