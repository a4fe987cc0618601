"""The method `supervised`: what the assistant says in the examples becomes likelier."""

from typing import TYPE_CHECKING

import torch

from ..model.batching import Example
from .loss import learned_tokens, loss_and_accuracy
from .tokenize import tokenize_file

if TYPE_CHECKING:
    from .trainer import Settings

__all__ = ["count", "measure", "tokenize_file"]


def count(batch: list[Example]) -> int:
    """What the means of a batch are taken over: its learned tokens."""
    return learned_tokens(batch)


def measure(model, batch: list[Example], settings: "Settings") -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch (a scalar), and its measures by OpenAI's names."""
    loss, accuracy = loss_and_accuracy(model, batch)
    return loss, {"loss": loss.item(), "mean_token_accuracy": accuracy}
