"""The lower layers stay frozen: what they make of an example is computed once, and only the upper ones are trained.

Both parts are models of the base's own kind with fewer layers, over the same weights. What leaves the lower
part enters the upper one as `inputs_embeds`. No model is taken at its word: the two parts must answer as the
base does, or the whole model is trained.
"""

import logging
import re
from collections.abc import Iterator

import torch
from transformers import AutoModelForCausalLM

from .batches import Example, padded, within

MOST_TOKENS = 1024  # that pass the lower part at once

log = logging.getLogger(__name__)


class FrozenLayers:
    """The base's layers below `first`, half of them; none where the model cannot be cut."""

    def __init__(self, base: torch.nn.Module, longest: list[int]):
        """`longest` are the token ids that the cut is tried with: a window shows itself in a long example only."""
        layers = getattr(base.config, "num_hidden_layers", 0)
        self.first = layers // 2
        if self.first:
            try:
                # one layer more than is used: behind its last layer a model norms what it returns
                self._lower, self.upper = part(base, 0, self.first + 1), part(base, self.first, layers)
                if answers_like(base, self.upper, self._hidden([longest]), longest):
                    return
            except (
                RuntimeError,
                TypeError,
                ValueError,
            ) as error:  # names of weights or settings that `part` does not know
                log.info("%s", error)
            log.warning(
                "%s cannot be cut in two: all its layers are trained, which takes longer.", base.config.model_type
            )
        self.first, self._lower, self.upper = 0, None, part(base, 0, layers)

    def examples(self, encoded: list[tuple[list[int], list[int]]]) -> Iterator[dict[int, Example]]:
        """Examples ready to train on, some at a time: by their place in `encoded`, which holds ids and labels."""
        by_length = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]))
        for chosen in within(by_length, MOST_TOKENS, lambda i: len(encoded[i][0])):
            if self._lower is None:
                yield {i: Example(*encoded[i]) for i in chosen}
            else:
                rows = self._hidden([encoded[i][0] for i in chosen]).cpu()
                yield {
                    i: Example(*encoded[i], row[: len(encoded[i][0])].clone())
                    for i, row in zip(chosen, rows, strict=True)
                }

    @torch.no_grad()
    def _hidden(self, ids: list[list[int]]) -> torch.Tensor:
        """What enters layer `first`, (rows, tokens, width)."""
        mask, device = padded([[1] * len(row) for row in ids], 0), self._lower.device
        return self._lower(
            input_ids=padded(ids, 0).to(device),
            attention_mask=mask.to(device),
            use_cache=False,
            logits_to_keep=1,
            output_hidden_states=True,
        ).hidden_states[self.first]


def part(base: torch.nn.Module, first: int, end: int) -> torch.nn.Module:
    """A model of the base's kind with its layers from `first` to before `end`, over the same weights.

    Raises RuntimeError if the names of its weights do not say which layer they belong to.
    """
    settings = base.config.to_dict()
    layers = settings.get("num_hidden_layers")
    if (first, end) != (0, layers) and layers:
        a_layer = {name: value for name, value in settings.items() if isinstance(value, list) and len(value) == layers}
        settings |= {name: value[first:end] for name, value in a_layer.items()} | {"num_hidden_layers": end - first}
    model = AutoModelForCausalLM.from_config(type(base.config).from_dict(settings)).to(base.device)
    weights = {}
    for name, weight in base.state_dict().items():
        layer = layer_of(name)
        if layer is None:
            weights[name] = weight
        elif first <= layer < end:
            weights[moved(name, -first)] = weight
    model.load_state_dict(weights, assign=True)
    return model.eval()


@torch.no_grad()
def answers_like(base: torch.nn.Module, upper: torch.nn.Module, hidden: torch.Tensor, ids: list[int]) -> bool:
    """Whether the upper part says of what the lower part made of `ids` what the base says of `ids`."""
    expected = base(input_ids=torch.tensor([ids], device=base.device), use_cache=False).logits
    found = upper(inputs_embeds=hidden, use_cache=False).logits
    return torch.allclose(found, expected, rtol=0, atol=1e-3 * expected.std().item())


_LAYER = re.compile(r"(?<=\blayers\.)\d+(?=\.)")


def layer_of(name: str) -> int | None:
    """The layer that a weight belongs to, by its name; None for one that stands outside the layers."""
    found = _LAYER.search(name)
    return int(found[0]) if found else None


def moved(name: str, by: int) -> str:
    """The name of a weight `by` layers higher."""
    return _LAYER.sub(lambda found: str(int(found[0]) + by), name, count=1)
