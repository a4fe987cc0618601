"""Training, validation and test parts that share no question and no conversation."""

import random
from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .example import first_question, with_line_numbers
from .near_duplicates import first_pairs, near_duplicates

MIN_TOPIC_EXAMPLES = 4  # of a topic with fewer examples, all are needed for training


def split(examples: list[dict], seed: int = 1000) -> dict[str, list[dict]]:
    """The parts "train", "validation" and "test".

    Of each topic a twelfth goes to the test (at least 2) and a twelfth to validation (at least 1), the rest to
    training. Near-duplicates and messages of one conversation stay in one part. The same examples and seed give the
    same parts.
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
    """Positions of examples that belong together, as near-duplicates or as one conversation, in their order."""
    pairs = [(earlier, later) for earlier, later, _ in first_pairs(examples)]
    conversations: dict[str, int] = {}
    pairs += [(conversations.setdefault(str(e["id"]), n), n) for n, e in enumerate(examples) if "id" in e]
    if not examples:
        return []
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(pairs)), edges), shape=(len(examples), len(examples)))
    members: dict[int, list[int]] = defaultdict(list)
    for n, label in enumerate(connected_components(graph, directed=False)[1].tolist()):
        members[label].append(n)
    return list(members.values())


def leaks(parts: dict[str, list[dict]]) -> pd.DataFrame:
    """A row for each pair of near-duplicates in two parts: question, part, line, other part, other line, similarity."""
    everything = [
        (part, line, example) for part, examples in parts.items() for line, example in with_line_numbers(examples)
    ]
    rows = []
    for earlier, later, similarity in near_duplicates([example for _, _, example in everything]):
        (part, line, example), (other_part, other_line, _) = everything[earlier], everything[later]
        if part != other_part:
            rows.append((first_question(example).strip(), part, line, other_part, other_line, similarity))
    return pd.DataFrame(rows, columns=["question", "part", "line", "other part", "other line", "similarity"])
