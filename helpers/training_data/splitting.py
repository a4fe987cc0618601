"""Training, validation and test parts that share no question, no conversation and no customer."""

import random
from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .example import first_question, with_line_numbers
from .letter_triples import char_trigrams, jaccard
from .near_duplicates import compare
from .same_question import asked, question

KEPT_TOGETHER = ("id", "customer")  # keys of examples: their conversation, and whose it is
MIN_TOPIC_EXAMPLES = 4  # of a topic with fewer examples, all are needed for training


def split(examples: list[dict], seed: int = 1000) -> dict[str, list[dict]]:
    """The parts "train", "validation" and "test".

    Of each topic a twelfth goes to the test (at least 2) and a twelfth to validation (at least 1), the rest to
    training. Near-duplicates, one conversation and one customer's conversations stay in one part. The same examples and
    seed give the same parts.
    """
    by_topic = defaultdict(list)
    for group in groups(examples):
        by_topic[str(examples[group[0]].get("topic", ""))].append([examples[n] for n in group])
    rng = random.Random(seed)
    parts: dict[str, list[dict]] = {"train": [], "validation": [], "test": []}
    for topic in sorted(by_topic):
        units = by_topic[topic]
        rng.shuffle(units)
        size = sum(map(len, units))
        room = {"test": max(2, size // 12), "validation": max(1, size // 12)} if size >= MIN_TOPIC_EXAMPLES else {}
        for unit in units:
            part = next((name for name, free in room.items() if len(unit) <= free), "train")
            if part in room:
                room[part] -= len(unit)
            parts[part] += unit
    for part in parts.values():
        rng.shuffle(part)
    return parts


def groups(examples: list[dict]) -> list[list[int]]:
    """Positions of examples that belong together, in their order.

    They are near-duplicates, or messages of one conversation (`id`) or of one customer (`customer`).
    """
    if not examples:
        return []
    first: dict[tuple[str, str], int] = {}
    pairs = [
        (first.setdefault((key, str(value)), n), n)
        for n, (example, group) in enumerate(zip(examples, compare(examples).group, strict=True))
        for key, value in (("group", group), *((key, example.get(key)) for key in KEPT_TOGETHER))
        if value is not None and str(value).strip()
    ]
    edges = np.array(pairs, dtype=np.int64).T
    graph = coo_matrix((np.ones(len(pairs)), edges), shape=(len(examples), len(examples)))
    members: dict[int, list[int]] = defaultdict(list)
    for n, label in enumerate(connected_components(graph, directed=False)[1].tolist()):
        members[label].append(n)
    return list(members.values())


def leaks(parts: dict[str, list[dict]]) -> pd.DataFrame:
    """A row for each question that a part shares with one before it, in the same words or by near-duplicates between.

    Columns: question, part and line of the first that is shared, other part, other line, similarity (0 to 1).
    Greetings, signatures and quotes are not compared.
    """
    everything = [
        (part, line, example) for part, examples in parts.items() for line, example in with_line_numbers(examples)
    ]
    by_line = sorted(range(len(everything)), key=lambda n: everything[n][1])  # the set as it was before it was split
    group = dict(zip(by_line, compare([everything[n][2] for n in by_line]).group.tolist(), strict=True))
    rows, first = [], {}
    for n, (other_part, other_line, other) in enumerate(everything):
        part, line, example = first.setdefault(group[n], (other_part, other_line, other))
        if part != other_part:
            alike = jaccard(*(char_trigrams(question(asked(one)).plain) for one in (example, other)))
            rows.append((first_question(example).strip(), part, line, other_part, other_line, alike))
    return pd.DataFrame(rows, columns=["question", "part", "line", "other part", "other line", "similarity"])
