"""How likely a model finds several answers to one input.

The input is read once, and all its answers go on from the keys and values that the model keeps of it: of two answers
of 60 tokens to an input of 150, this leaves 270 tokens to compute instead of 420. Where a layer does not keep every
token, as a sliding window does, each answer is read with its input. So it is where the weights are spread: they are
gathered again for gradients that come by a layer's output, and those of the last layer's keys and values do not.
"""

import torch
from torch.distributed.fsdp import FSDPModule

from ..model.batching import IGNORE, Example, pad_rows, shared_prefix_length
from ..model.cache import can_change, changed, new_cache, with_cache
from .loss import learned_logits, token_losses


def answer_logprobs(model, groups: list[tuple[Example, ...]]) -> torch.Tensor:
    """The log-probabilities of the learned tokens, in nats: (groups, answers). Gradients flow through it.

    `model` is PEFT's. The examples of a group begin alike, and all groups have as many.
    """
    starts = [_shared(group) for group in groups]
    if min(starts) > 0 and not isinstance(model, FSDPModule) and can_change(new_cache(model)):
        logits, targets = _logits_after_inputs(model, groups, starts)
    else:
        logits, targets = learned_logits(model, [example for group in groups for example in group])
    return -token_losses(logits, targets).sum(1).view(len(groups), -1)


def _shared(group: tuple[Example, ...]) -> int:
    """How many tokens are read once: the shared ones before the one that predicts the first learned token."""
    learned = min(next(i for i, label in enumerate(e.labels) if label != IGNORE) for e in group)
    return min(learned, shared_prefix_length([e.ids for e in group])) - 1


def _logits_after_inputs(model, groups: list[tuple[Example, ...]], starts: list[int]):
    """Logits (examples, needed, vocabulary) and targets, as of `learned_logits`; `starts` says where inputs end."""
    device, answers, cache = model.device, len(groups[0]), new_cache(model)
    inputs = [group[0].ids[:start] for group, start in zip(groups, starts, strict=True)]
    read = pad_rows([[1] * start for start in starts], 0, left=True).to(device)
    model(
        input_ids=pad_rows(inputs, 0, left=True).to(device),
        attention_mask=read,
        position_ids=(read.cumsum(1) - 1).clamp(min=0),
        **with_cache(model.get_base_model(), cache),
        logits_to_keep=1,  # none is needed
    )
    rows = [(example, start) for group, start in zip(groups, starts, strict=True) for example in group]
    labels = pad_rows([example.labels[start:] for example, start in rows], IGNORE)
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    mask = pad_rows([[1] * (example.tokens - start) for example, start in rows], 0).to(device)
    before = torch.tensor([[start] for _, start in rows], device=device)
    logits = model(
        input_ids=pad_rows([example.ids[start:] for example, start in rows], 0).to(device),
        attention_mask=torch.cat([read.repeat_interleave(answers, 0), mask], dim=1),
        position_ids=before + mask.cumsum(1) - 1,
        **with_cache(model.get_base_model(), changed(cache, lambda states: states.repeat_interleave(answers, 0))),
        logits_to_keep=needed.to(device),
    ).logits
    return logits, labels[:, needed + 1].to(device)
