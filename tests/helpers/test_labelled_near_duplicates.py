"""How well near-duplicates are told apart from questions that only look alike, on pairs that were labelled by hand.

Labelled as near-duplicates are two messages that ask the same of a desk in the same words: but for typing errors,
small words, their order, a greeting, a signature, a quote. A paraphrase in other words is none: a model should see it.
"""

import json
from collections import Counter
from pathlib import Path

from helpers.training_data.near_duplicates import near_duplicates

PAIRS = [
    json.loads(line)
    for line in Path(__file__).with_name("labelled_near_duplicates.jsonl").read_text(encoding="utf-8").splitlines()
]  # what makes it hard, whether they are near-duplicates, the two messages


def test_the_set_is_large_and_has_both_kinds():
    assert len(PAIRS) >= 100 and len({(one, other) for _, _, one, other in PAIRS}) == len(PAIRS)
    assert min(Counter(copies for _, copies, _, _ in PAIRS).values()) > 0.4 * len(PAIRS)


def precision_and_recall() -> tuple[float, float]:
    """Of the pairs that are called near-duplicates, the share that is labelled so; and the reverse. Each alone."""
    outcomes = Counter(
        (copies, bool(near_duplicates([{"messages": [{"role": "user", "content": text}]} for text in (one, other)])))
        for _, copies, one, other in PAIRS
    )
    right = outcomes[True, True]
    return right / (right + outcomes[False, True]), right / (right + outcomes[True, False])


def test_precision_and_recall():
    precision, recall = precision_and_recall()
    assert precision >= 0.85 and recall >= 0.85
