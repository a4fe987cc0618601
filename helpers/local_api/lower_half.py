"""The lower half of the layers, which stays as it is: what it makes of an example is computed once."""

from collections.abc import Iterator

import torch

from .batches import Example, padded, within

MOST_TOKENS = 1024  # that pass at once


class Skipped(torch.nn.Module):
    """Stands where a frozen layer was. What enters it has passed that layer already."""

    def __init__(self, layer: torch.nn.Module, index: int):
        super().__init__()
        self.index = index
        self.attention_type = getattr(layer, "attention_type", None)  # some models look here for the mask

    def forward(self, hidden_states, *_, past_key_values=None, **__):
        if past_key_values is not None:  # the model asks its first layers how much the cache holds
            nothing = hidden_states[:, None, :, :1]
            past_key_values.update(nothing, nothing, self.index)
        return hidden_states


class _Reached(Exception):
    """Carries what enters a layer out of the forward pass, so that nothing above is computed."""


def run_lower_half(model, encoded: list[tuple[list[int], list[int]]]) -> Iterator[dict[int, Example]]:
    """Pass examples of near lengths through the lower half of the layers, some at a time: by their place in `encoded`.

    In the end `Skipped` stands in place of the lower half.
    """
    layers = model.get_decoder().layers
    first = len(layers) // 2

    def stop(_, args, kwargs):
        raise _Reached(args[0] if args else kwargs["hidden_states"])

    hook = layers[first].register_forward_pre_hook(stop, with_kwargs=True)
    by_length = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]))
    for chosen in within(by_length, MOST_TOKENS, lambda i: len(encoded[i][0])):
        ids = [encoded[i][0] for i in chosen]
        mask = padded([[1] * len(x) for x in ids], 0)
        try:
            with torch.no_grad():
                model(input_ids=padded(ids, 0).to(model.device), attention_mask=mask.to(model.device), use_cache=False)
        except _Reached as reached:
            rows = reached.args[0].cpu()
        yield {i: Example(*encoded[i], row[: len(encoded[i][0])].clone()) for i, row in zip(chosen, rows)}
    hook.remove()
    for i in range(first):
        layers[i] = Skipped(layers[i], i)
