"""Half precision in training: the base model's frozen matrices in bfloat16, where the hardware multiplies faster so.

Adapters, the sums between layers, norms and the loss stay in float32, so that small steps are not rounded away.
"""

import copy
import time
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import torch
from peft import PeftMixedModel, PeftModel
from peft.tuners.tuners_utils import BaseTunerLayer

CLEARLY = 1.5  # times as fast: less is lost again in conversions


@cache
def faster_in_half(device: str) -> bool:
    """Whether matrices multiply clearly faster in bfloat16 than in float32 on a device.

    Measured, because processors without the instructions compute bfloat16 far more slowly, and torch's documented
    interfaces tell of them for CUDA only.
    """
    return _seconds_of_a_product(torch.float32, device) > CLEARLY * _seconds_of_a_product(torch.bfloat16, device)


def _seconds_of_a_product(dtype: torch.dtype, device: str) -> float:
    """The shortest of several times: other programs may be at work."""
    left, right = (torch.ones(rows, 1024, dtype=dtype, device=device) for rows in (256, 512))
    seconds = []
    for _ in range(8):
        began = time.perf_counter()
        (left @ right.T).sum().item()  # `item` waits for a GPU
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def halve_frozen_matrices(model: PeftModel | PeftMixedModel) -> None:
    """Give the model its own bfloat16 copy of each matrix that has adapters, and of the one that makes the logits.

    The base's weights stay as they are.
    """
    for layer in model.modules():
        if isinstance(layer, BaseTunerLayer):
            layer.get_base_layer().to(torch.bfloat16)
    base: Any = model.get_base_model()
    base.set_output_embeddings(copy.deepcopy(base.get_output_embeddings()).to(torch.bfloat16))  # a copy: may be tied


def products_in_half(device: str, wanted: bool) -> AbstractContextManager:
    """Within it, matrix products are computed in bfloat16, if that is wanted."""
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=wanted)
