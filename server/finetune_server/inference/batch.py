"""Sequences of one model that grow together, a token each a step: the model's weights are read once for all of them.

The engine decides who is in a batch; a batch knows nothing of requests. Shapes: B sequences, L cached columns.
A sequence that is shorter than others has masked columns before or between its own tokens.
"""

import time
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import Cache, PreTrainedModel

from ..metrics import ANSWER_TOKENS, PROMPT_TOKENS
from ..model.batching import shared_prefix_length
from ..model.cache import can_change, changed, joined, new_cache, with_cache
from .sequence import Sequence


class Batch:
    """Sequences, with keys and values of all their tokens but the last of each.

    `next_ids` (B, 1) are the tokens that the model reads next, `mask` (B, L) says which columns belong to a sequence,
    `positions` (B, 1) counts the tokens before `next_ids`.
    """

    def __init__(
        self,
        name: str,
        model: PreTrainedModel,
        sequences: list[Sequence],
        running: "Batch | None" = None,
        end_of_turn: int | None = None,
    ):
        """Read the prompts and draw the first token of each answer.

        An answer ends with `end_of_turn`, the template's token, or with one that the model's settings name.
        What all the prompts begin with, a long system prompt for instance, is read once, or copied from a sequence
        of the `running` batch that begins with it too.
        """
        self.name, self.model, self.sequences = name, model, sequences
        end: Any = model.generation_config.eos_token_id
        self._end_ids: set[int] = {*(end if isinstance(end, list) else [end]), end_of_turn} - {None}
        started = time.perf_counter()
        ids = [sequence.ids for sequence in sequences]
        shared, self.cache = self._read_shared_prefix(ids, running)
        rests = [row[shared:] for row in ids]
        width = max(map(len, rests))
        read = self._tensor([[0] * (width - len(rest)) + rest for rest in rests])
        own = self._tensor([[0] * (width - len(rest)) + [1] * len(rest) for rest in rests])
        self.mask = torch.cat([own.new_ones(len(ids), shared), own], dim=1)
        positions = (self.mask.cumsum(1) - 1).clamp(min=0)[:, shared:]
        logits = next_logits(model, self.cache, input_ids=read, attention_mask=self.mask, position_ids=positions)
        self.positions = positions[:, -1:] + 1
        PROMPT_TOKENS.inc(sum(map(len, ids)))
        self._draw(logits, started)

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def columns(self) -> int:
        """L, the tokens that the cache holds of each sequence, masked ones included."""
        return self.mask.shape[1]

    @property
    def can_change(self) -> bool:
        """Whether sequences can join."""
        return can_change(self.cache)

    def step(self) -> None:
        """Draw the next token of every sequence, and drop those that are finished or no longer wanted."""
        self._drop_unwanted()
        if not self.sequences:
            return
        started = time.perf_counter()
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(self), 1)], dim=1)
        inputs = {"input_ids": self.next_ids, "attention_mask": self.mask, "position_ids": self.positions}
        logits = next_logits(self.model, self.cache, **inputs)
        self.positions = self.positions + 1
        self._draw(logits, started)

    def join(self, other: "Batch") -> None:
        """Take in the sequences of another batch of the same model. Both batches `can_change`."""
        columns = max(self.columns, other.columns)
        self.cache = joined([self.cache, other.cache], columns)
        self.mask = torch.cat([pad(batch.mask, (columns - batch.columns, 0)) for batch in (self, other)])
        self.next_ids = torch.cat([self.next_ids, other.next_ids])
        self.positions = torch.cat([self.positions, other.positions])
        self.sequences = self.sequences + other.sequences

    def _draw(self, logits: torch.Tensor, started: float) -> None:
        """Add a token to every sequence by its own sampling. `logits` (B, vocabulary) are on the processor."""
        tokens = [sequence.sample(row) for row, sequence in zip(logits, self.sequences, strict=True)]
        self.next_ids = self._tensor([[token] for token in tokens])
        ANSWER_TOKENS.inc(len(tokens))
        seconds = time.perf_counter() - started
        for token, sequence in zip(tokens, self.sequences, strict=True):
            sequence.append(token, self._end_ids, seconds)
        self._drop_unwanted()

    def _drop_unwanted(self) -> None:
        """Keep the sequences that are to grow, and the columns that one of them needs."""
        rows = [n for n, sequence in enumerate(self.sequences) if sequence.wanted]
        if len(rows) == len(self.sequences):
            return
        self.sequences = [self.sequences[n] for n in rows]
        if not rows:
            return
        kept = self._tensor(rows)
        self.mask, self.next_ids, self.positions = self.mask[kept], self.next_ids[kept], self.positions[kept]
        self.cache.batch_select_indices(kept)
        columns = self.mask.any(0).nonzero()[:, 0]
        if self.can_change and len(columns) < self.columns:  # fewer columns make each later step quicker
            self.cache = changed(self.cache, lambda states: states[:, :, columns])
            self.mask = self.mask[:, columns]

    def _read_shared_prefix(self, ids: list[list[int]], running: "Batch | None") -> tuple[int, Cache]:
        """How many tokens all the prompts begin with, the last of a prompt left out, and a cache that holds them."""
        cache = new_cache(self.model)
        if not can_change(cache):
            return 0, cache  # masked columns behind the prefix would push it out of a sliding window
        starts = [row[:-1] for row in ids]
        shared = shared_prefix_length(starts) if len(ids) > 1 else 0
        length, row = running.longest_prefix(starts) if running else (0, 0)
        if running and length and length >= shared:
            columns = running.mask[row].nonzero()[:length, 0]
            return length, changed(running.cache, lambda states: states[[row]][:, :, columns].repeat(len(ids), 1, 1, 1))
        if shared:
            next_logits(self.model, cache, input_ids=self._tensor([ids[0][:shared]]))
            cache.batch_repeat_interleave(len(ids))
        return shared, cache

    def longest_prefix(self, starts: list[list[int]]) -> tuple[int, int]:
        """The most tokens that all of `starts` share with the beginning of a sequence here, and that sequence."""
        rows = enumerate(self.sequences)
        return max((shared_prefix_length([*starts, sequence.ids]), n) for n, sequence in rows)

    def _tensor(self, values: list) -> torch.Tensor:
        return torch.tensor(values, device=self.model.device)


def next_logits(model: PreTrainedModel, cache: Cache, **inputs) -> torch.Tensor:
    """Logits of the token after the last, (B, vocabulary), on the processor. The cache keeps what was read."""
    inputs |= with_cache(model, cache)
    return model(**inputs, logits_to_keep=1).logits[:, -1].float().cpu()
