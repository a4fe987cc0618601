"""Rows of token ids, and examples as tokens, in batches."""

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch

IGNORE = -100  # the label of a token that is not learned


class Example(NamedTuple):
    """An example as tokens: their ids, and as many labels, the id where the token is learned, else IGNORE."""

    ids: list[int]
    labels: list[int]

    @property
    def tokens(self) -> int:
        return len(self.ids)


def pad_rows(rows: Sequence[list[int]], filler: int, left: bool = False) -> torch.Tensor:
    """Rows of ids, filled up to the longest one: (rows, tokens)."""
    width = max(map(len, rows))
    fillers = ([filler] * (width - len(row)) for row in rows)
    return torch.tensor([fill + row if left else row + fill for row, fill in zip(rows, fillers, strict=True)])


def shared_prefix_length(rows: Sequence[list[int]]) -> int:
    """How many tokens all rows begin with."""
    return sum(1 for _ in itertools.takewhile(lambda column: len(set(column)) == 1, zip(*rows, strict=False)))


def split_by_tokens(rows: list, max_tokens: int, length: Callable[[Any], int] = len) -> list[list]:
    """Rows in parts, in order, of at most `max_tokens` each, padding counted; a longer row is a part of its own."""
    parts, width = [], 0
    for row in rows:
        wider = max(width, length(row))
        if parts and wider * (len(parts[-1]) + 1) <= max_tokens:
            parts[-1].append(row)
            width = wider
        else:
            parts.append([row])
            width = length(row)
    return parts


def batches(items: list[Any], size: int, shuffle: random.Random | None) -> list[list[Any]]:
    """Items in batches of similar `tokens`, so that little is padding; in random order if `shuffle` is given."""
    order = list(items)
    if shuffle:
        shuffle.shuffle(order)
    window = size * 8
    order = [e for i in range(0, len(order), window) for e in sorted(order[i : i + window], key=lambda e: e.tokens)]
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    if shuffle:
        shuffle.shuffle(cut)
    return cut
