"""Rows of token ids in batches, and examples that are ready to train on."""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

IGNORE = -100  # the label of a token that is not learned


@dataclass(frozen=True)
class Example:
    """One example, ready to train on: `hidden` is the input of the first layer that learns, (tokens, width).

    Without `hidden` all layers learn, and the token ids enter the model.
    """

    ids: list[int]
    labels: list[int]
    hidden: torch.Tensor | None = None


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


def batches(examples: list[Example], size: int, shuffle: random.Random | None) -> list[list[Example]]:
    """Examples in batches of similar lengths, so that little is padding; in random order if `shuffle` is given."""
    order = list(examples)
    if shuffle:
        shuffle.shuffle(order)
    window = size * 8
    length = lambda example: len(example.labels)
    order = [e for i in range(0, len(order), window) for e in sorted(order[i : i + window], key=length)]
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    if shuffle:
        shuffle.shuffle(cut)
    return cut
