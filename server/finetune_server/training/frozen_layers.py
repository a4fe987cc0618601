"""Freeze the lower layers: their output for an example is computed once, and only the upper layers are trained.

Both parts are models of the base's own kind with fewer layers, over the same weights. What leaves the lower
part enters the upper one as `inputs_embeds`. The two parts must answer as the base does, or the whole model
is trained: not every model works when it is cut.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel

from ..model.batching import Example, pad_rows, split_by_tokens
from .tokenize import TokenizedExample

MAX_TOKENS_AT_ONCE = 1024  # that pass the lower part at once
COMPARED_TOKENS = 8  # at the end of an example, where the model sees all of it

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cut:
    """A model in two. The layers below `first` stay frozen; without a `lower` part no layer does."""

    first: int
    lower: PreTrainedModel | None
    upper: PreTrainedModel

    def examples(self, tokenized: list[TokenizedExample]) -> Iterator[dict[int, Example]]:
        """Examples ready to train on, some at a time, by their index in `tokenized`."""
        by_length = sorted(range(len(tokenized)), key=lambda i: len(tokenized[i].ids))
        for chosen in split_by_tokens(by_length, MAX_TOKENS_AT_ONCE, lambda i: len(tokenized[i].ids)):
            ids, labels = zip(*(tokenized[i] for i in chosen), strict=True)
            rows = [None] * len(ids)
            if self.lower is not None:
                states = hidden_states(self.lower, self.first, ids).cpu()
                rows = [row[: len(x)].clone() for row, x in zip(states, ids, strict=True)]
            yield dict(zip(chosen, map(Example, ids, labels, rows), strict=True))


def cut(base: PreTrainedModel, longest: list[int]) -> Cut:
    """The base, cut in the middle, and tried with the ids `longest`: only there does a sliding window show."""
    layers = getattr(base.config, "num_hidden_layers", 0)
    if first := layers // 2:
        try:
            # one layer more than is used: behind its last layer a model norms what it returns
            halves = Cut(first, part(base, 0, first + 1), part(base, first, layers))
            if answer_alike(base, halves, longest):
                return halves
            why = "its upper layers answer differently on their own"
        except (RuntimeError, TypeError, ValueError) as error:  # weights or arguments with other names
            why = str(error)
        log.warning("All layers of %s are trained, which takes longer: %s", base.config.model_type, why)
    return Cut(0, None, part(base, 0, layers))


def part(base: PreTrainedModel, first: int, end: int) -> PreTrainedModel:
    """A model of the base's kind with its layers from `first` to before `end`, over the same weights.

    Raises RuntimeError if the names of its weights do not say which layer they belong to.
    """
    settings = base.config.to_dict()
    layers = settings.get("num_hidden_layers")
    if layers and (first, end) != (0, layers):
        a_layer = {name: value for name, value in settings.items() if isinstance(value, list) and len(value) == layers}
        settings |= {name: value[first:end] for name, value in a_layer.items()} | {"num_hidden_layers": end - first}
    model: PreTrainedModel = AutoModelForCausalLM.from_config(type(base.config).from_dict(settings)).to(base.device)
    weights = {}
    for name, weight in base.state_dict().items():
        layer = layer_of(name)
        if layer is None:
            weights[name] = weight
        elif first <= layer < end:
            weights[with_layers_shifted(name, -first)] = weight
    model.load_state_dict(weights, assign=True)
    return model.eval()


@torch.no_grad()
def hidden_states(lower: PreTrainedModel, first: int, ids: Sequence[list[int]]) -> torch.Tensor:
    """What enters layer `first` above the part `lower`, (rows, tokens, width); rows end with padding."""
    mask = pad_rows([[1] * len(row) for row in ids], 0).to(lower.device)
    read = lower(
        input_ids=pad_rows(ids, 0).to(lower.device),
        attention_mask=mask,
        use_cache=False,
        logits_to_keep=1,
        output_hidden_states=True,
    )
    return read.hidden_states[first]


@torch.no_grad()
def answer_alike(base: PreTrainedModel, halves: Cut, ids: list[int]) -> bool:
    """Whether both halves, one after the other, give the base's logits for the last tokens of `ids`."""
    assert halves.lower is not None
    only = {"use_cache": False, "logits_to_keep": COMPARED_TOKENS}
    expected = base(input_ids=torch.tensor([ids], device=base.device), **only).logits
    found = halves.upper(inputs_embeds=hidden_states(halves.lower, halves.first, [ids]), **only).logits
    return torch.allclose(found, expected, rtol=0, atol=1e-3 * expected.std().item())


_LAYER = re.compile(r"(?<=\blayers\.)\d+(?=\.)")


def layer_of(name: str) -> int | None:
    """The layer that a weight belongs to, by its name; None for one that stands outside the layers."""
    found = _LAYER.search(name)
    return int(found[0]) if found else None


def with_layers_shifted(name: str, by: int) -> str:
    """The name that a weight has in a model whose layers are numbered `by` higher."""
    return _LAYER.sub(lambda found: str(int(found[0]) + by), name, count=1)
