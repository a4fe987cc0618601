"""Training, validation and test parts that share no question and no conversation."""

import random
from collections import defaultdict

from .copies import groups

FEWEST = 4  # of a topic with fewer examples none can be spared from training


def split(examples: list[dict], seed: int = 1000) -> dict[str, list[dict]]:
    """Of each topic a twelfth for the test (at least 2) and for validation (at least 1), the rest for training.

    What belongs together, near copies and messages of one conversation, stays in one part. The same
    examples and seed give the same parts. The list itself stays as it is.
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
        room = {"test": max(2, size // 12), "validation": max(1, size // 12)} if size >= FEWEST else {}
        for unit in units:
            part = next((name for name, free in room.items() if len(unit) <= free), "train")
            if part in room:
                room[part] -= len(unit)
            parts[part] += unit
    for part in parts.values():
        rng.shuffle(part)
    return parts
