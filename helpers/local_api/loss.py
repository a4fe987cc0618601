"""The loss of a batch.

Only the assistant's tokens are learned, and logits are computed only at positions where
some example of the batch has such a token: with a vocabulary of tens of thousands they
are a large part of a small model's work.
"""

import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from .batches import IGNORE, Example, common_start, padded


def loss_and_hits(model, batch: list[Example]) -> tuple[torch.Tensor, float]:
    """Mean cross-entropy per learned token of a batch, and the share of tokens guessed right.

    The tokens that all examples of the batch begin with, the system prompt's for instance, pass the model once.
    """
    window, device = getattr(model.config, "sliding_window", None), model.device
    in_sight = not window or max(len(e.labels) for e in batch) <= window  # padding would push the start out of a window
    shared = common_start(list(map(_before_learning, batch))) if in_sight else 0
    mask = padded([[1] * (len(e.labels) - shared) for e in batch], 0, left=True).to(device)
    labels = padded([e.labels[shared:] for e in batch], IGNORE, left=True).to(
        device
    )  # on the left: answers end together
    hidden = pad_sequence([e.hidden[shared:] for e in batch], batch_first=True, padding_side="left").to(device)
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    start = None
    if shared:
        first = batch[0].hidden[None, :shared].to(device)
        start = model(inputs_embeds=first, use_cache=True, logits_to_keep=1).past_key_values
        start.batch_repeat_interleave(len(batch))
    logits = model(
        inputs_embeds=hidden,
        attention_mask=torch.cat([mask.new_ones(len(batch), shared), mask], dim=1),
        position_ids=shared + (mask.cumsum(1) - 1).clamp(min=0),
        past_key_values=start,
        use_cache=bool(shared),
        logits_to_keep=needed,
    ).logits
    targets = labels[:, needed + 1]
    loss = cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORE)
    learned = targets != IGNORE
    accuracy = (logits.argmax(-1) == targets)[learned].float().mean().item()
    return loss, accuracy


def learned_tokens(batch: list[Example]) -> int:
    return sum(label != IGNORE for example in batch for label in example.labels[1:])


def _before_learning(example: Example) -> list[int]:
    """The tokens up to the one before the first learned token, whose logits are needed."""
    return example.ids[: next(i for i, label in enumerate(example.labels) if label != IGNORE) - 1]
