"""The method `dpo`, direct preference optimization: of two answers to one input, the preferred one becomes likelier.

Source: Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
arXiv:2305.18290. The reference is the model that the training starts from, so it is measured before the first step,
and no second model is held.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.nn.functional import logsigmoid

from ..model.batching import Example, batches
from ..model.chat_template import ChatTemplateError
from .answer_logprobs import answer_logprobs
from .preference_file import SIDES
from .tokenize import tokenize_example
from .training_file import bad_file

if TYPE_CHECKING:
    from .trainer import Settings

REFERENCE_BATCH = 8  # pairs


class Pair(NamedTuple):
    """Two answers with their input, as tokens of which the answer's are learned.

    `reference` has shape (2,): the log-probabilities of chosen and rejected under the reference; NaN until measured.
    """

    chosen: Example
    rejected: Example
    reference: torch.Tensor

    @property
    def tokens(self) -> int:
        return self.chosen.tokens + self.rejected.tokens


def tokenize_file(tokenizer, pairs: list[dict], context_length: int, param: str) -> list[Pair]:
    """All pairs of a file as tokens. Raises BadFile, which names the first that the model cannot learn from."""
    return [
        Pair(
            *(_tokenize_side(tokenizer, pair, side, context_length, f"Example {n}", param) for side in SIDES),
            reference=torch.full((2,), math.nan),
        )
        for n, pair in enumerate(pairs, 1)
    ]


def _tokenize_side(tokenizer, pair: dict, side: str, context_length: int, where: str, param: str) -> Example:
    before = [message | {"weight": 0} for message in pair["input"]["messages"]]  # only the answer is learned
    try:
        tokens = tokenize_example(tokenizer, pair["input"] | {"messages": before + pair[side]})
    except ChatTemplateError as error:
        places = [f", input message {m}" for m in range(1, len(before) + 1)] + [f", {side}"]
        place = where if error.message is None else where + places[error.message]
        raise bad_file(param, f"{place}: {error}") from None
    if tokens.tokens > context_length:
        read = f"and the model reads {context_length}: shorten its input or that answer"
        raise bad_file(param, f"{where} has {tokens.tokens} tokens with its {side}, {read}")
    return tokens


def count(pairs: list[Pair]) -> int:
    """What the means of a batch are taken over: its pairs."""
    return len(pairs)


def measure(model, pairs: list[Pair], settings: "Settings") -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch (a scalar; equation 7 of the source), and its measures by TRL's names, means over the pairs.

    A reward is beta times how much likelier an answer is than under the reference, in nats.
    """
    reference = torch.stack([pair.reference for pair in pairs]).to(model.device)
    rewards = settings.beta * (_logprobs(model, pairs) - reference)
    chosen, rejected = rewards.unbind(1)
    loss = -logsigmoid(chosen - rejected).mean()
    return loss, {
        "loss": loss.item(),
        "rewards/chosen": chosen.mean().item(),
        "rewards/rejected": rejected.mean().item(),
        "rewards/accuracies": (chosen > rejected).float().mean().item(),
        "rewards/margins": (chosen - rejected).mean().item(),
    }


def without_reference(items: list) -> list[list[Pair]]:
    """The pairs among these whose reference is not measured yet, in batches."""
    pairs = [item for item in items if isinstance(item, Pair) and item.reference.isnan().any()]
    return batches(pairs, REFERENCE_BATCH, None)


def measure_references(model, pairs: list[Pair]) -> None:
    """Set the reference of these pairs to what the model, which is the reference, says."""
    for pair, measured in zip(pairs, _logprobs(model, pairs).cpu(), strict=True):
        pair.reference.copy_(measured)


def _logprobs(model, pairs: list[Pair]) -> torch.Tensor:
    return answer_logprobs(model, [(pair.chosen, pair.rejected) for pair in pairs])
