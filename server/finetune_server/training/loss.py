"""The logits of a batch at the tokens that are learned, and the loss of a batch of examples.

Only the assistant's tokens are learned, and logits are computed only at positions where
some example of the batch has such a token: with a vocabulary of tens of thousands they
are a large part of a small model's work.
"""

import torch
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint

from ..model.batching import IGNORE, Example, pad_rows

TOKENS_AT_ONCE = 128  # whose probabilities are held: in float32 those of a batch are larger than all its other numbers


def learned_logits(model, batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (examples, needed, vocabulary), and the tokens to be predicted there (examples, needed) or IGNORE."""
    mask = pad_rows([[1] * len(e.ids) for e in batch], 0, left=True)
    labels = pad_rows([e.labels for e in batch], IGNORE, left=True)  # on the left: answers end together
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    logits = model(
        input_ids=pad_rows([e.ids for e in batch], 0, left=True).to(model.device),
        attention_mask=mask.to(model.device),
        position_ids=(mask.cumsum(1) - 1).clamp(min=0).to(model.device),
        use_cache=False,
        logits_to_keep=needed.to(model.device),
    ).logits
    return logits, labels[:, needed + 1].to(model.device)


def token_losses(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each token in nats, 0 where nothing is learned: (examples, needed).

    The probabilities are computed again for the gradients instead of kept.
    """
    parts = zip(logits.flatten(0, 1).split(TOKENS_AT_ONCE), targets.flatten().split(TOKENS_AT_ONCE), strict=True)
    losses = [checkpoint(_cross_entropy, *part, use_reentrant=False, preserve_rng_state=False) for part in parts]
    return torch.cat(losses).view(targets.shape)


def _cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return cross_entropy(logits.float(), targets, ignore_index=IGNORE, reduction="none")


def loss_and_accuracy(model, batch: list[Example]) -> tuple[torch.Tensor, float]:
    """Mean cross-entropy in nats per learned token of a batch (a scalar), and the share of tokens guessed right."""
    logits, targets = learned_logits(model, batch)
    learned = targets != IGNORE
    loss = token_losses(logits, targets).sum() / learned.sum()
    accuracy = (logits.argmax(-1) == targets)[learned].float().mean().item()
    return loss, accuracy


def learned_tokens(batch: list[Example]) -> int:
    """How many tokens of a batch are learned; the first token of an example is predicted from nothing, and is not."""
    return sum(label != IGNORE for example in batch for label in example.labels[1:])
