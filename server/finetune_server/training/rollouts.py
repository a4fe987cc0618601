"""Sample answers of the model that is trained: several prompts, several answers to each, a token of all at a time."""

import torch

from ..model.batching import pad_rows
from ..model.cache import new_cache, with_cache


class Rollouts:
    """Answers to `prompts` (token ids), `n` to each, at temperature 1. `model` is PEFT's, ready to be asked.

    `answers` are the token ids so far, the `n` of a prompt side by side; one that ended has one of `end_ids` at its
    end, any other stops after `most_tokens`. The same seed draws the same.
    """

    def __init__(self, model, prompts: list[list[int]], n: int, most_tokens: int, end_ids: set[int], seed: int):
        self.answers: list[list[int]] = [[] for _ in range(len(prompts) * n)]
        self._model, self._prompts, self._n = model, prompts, n
        self._most_tokens, self._end_ids = most_tokens, end_ids
        self._rng = torch.Generator().manual_seed(seed)
        self._growing = list(range(len(self.answers)))  # which answers grow, in the order of the tensors' rows
        self._cache = new_cache(model)

    @torch.no_grad()
    def grow(self) -> bool:
        """Add a token to each answer that is not at its end. Returns whether there was any."""
        if not self._growing:
            return False
        if not self.answers[0]:
            self._draw(self._read_prompts())
        else:
            self._mask = torch.cat([self._mask, self._mask.new_ones(len(self._growing), 1)], dim=1)
            logits = self._logits(self._next_ids, self._mask, self._positions)
            self._positions = self._positions + 1
            self._draw(logits)
        return True

    def _read_prompts(self) -> torch.Tensor:
        device = self._model.device
        mask = pad_rows([[1] * len(prompt) for prompt in self._prompts], 0, left=True).to(device)
        ids = pad_rows(self._prompts, 0, left=True).to(device)
        logits = self._logits(ids, mask, (mask.cumsum(1) - 1).clamp(min=0))
        self._cache.batch_repeat_interleave(self._n)
        self._mask = mask.repeat_interleave(self._n, 0)
        self._positions = self._mask.sum(1, keepdim=True)
        return logits.repeat_interleave(self._n, 0)

    def _logits(self, ids, mask, positions) -> torch.Tensor:
        """Logits of the token after the last, (answers, vocabulary), on the processor."""
        cache = with_cache(self._model.get_base_model(), self._cache)
        read = self._model(input_ids=ids, attention_mask=mask, position_ids=positions, **cache, logits_to_keep=1)
        return read.logits[:, -1].float().cpu()

    def _draw(self, logits: torch.Tensor) -> None:
        tokens = torch.multinomial(logits.softmax(-1), 1, generator=self._rng)
        going = []
        for row, (answer, token) in enumerate(zip(self._growing, tokens[:, 0].tolist(), strict=True)):
            self.answers[answer].append(token)
            if token not in self._end_ids and len(self.answers[answer]) < self._most_tokens:
                going.append(row)
        self._next_ids = tokens.to(self._model.device)
        if len(going) < len(self._growing):
            self._growing = [self._growing[row] for row in going]
            if going:
                kept = torch.tensor(going, device=self._model.device)
                self._cache.batch_select_indices(kept)
                self._mask, self._positions = self._mask[kept], self._positions[kept]
                self._next_ids = self._next_ids[kept]
