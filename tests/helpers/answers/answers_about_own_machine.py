"""Right and wrong answers to the exercises of lesson 7, as readers may give them."""

import itertools

import numpy as np


def trials(settings, others):
    pairs = [(name, value) for name, values in others.items() for value in values]
    return [settings | {name: value} for name, value in pairs if settings[name] != value]


def all_together(settings, others):
    return [dict(zip(others, values, strict=True)) | settings for values in itertools.product(*others.values())]


RIGHT = {
    "lora_weights": [
        lambda rows, columns, rank: rank * (rows + columns),
        lambda rows, columns, rank: np.zeros((rows, rank)).size + np.zeros((rank, columns)).size,
        lambda rows, columns, rank: float(rows * rank + rank * columns),
    ],
    "one_at_a_time": [
        trials,
        lambda settings, others: tuple(trials(settings, others)[::-1]),
        lambda settings, others: (trial for trial in trials(settings, others)),
    ],
}


WRONG = {
    "lora_weights": [
        lambda rows, columns, rank: rank * rows * columns,
        lambda rows, columns, rank: rows * columns,
        lambda rows, columns, rank: 2 * rank * rows,
        lambda rows, columns, rank: rank + rows + columns,
        lambda rows, columns, rank: 8 * (rows + columns),
        lambda rows, columns: rows + columns,
    ],
    "one_at_a_time": [
        all_together,
        lambda settings, others: [settings | {name: v} for name, values in others.items() for v in values],
        lambda settings, others: [{name: v} for name, values in others.items() for v in values],
        lambda settings, others: trials(settings, others)[:1],
        lambda settings, others: [settings, *trials(settings, others)],
        lambda settings, others: 2 * trials(settings, others),
    ],
}
