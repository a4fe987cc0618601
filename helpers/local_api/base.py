"""The base model in memory. What answers and what trains share its weights, so nobody may change them."""

from pathlib import Path
from weakref import WeakValueDictionary

import torch
from transformers import AutoModelForCausalLM

_held: WeakValueDictionary[tuple[Path, str], torch.nn.Module] = WeakValueDictionary()


@torch.inference_mode(False)  # also where an answer asks for it: what such a mode loads cannot be trained
def load_base(folder: Path, device: str) -> torch.nn.Module:
    """The model in a folder, on a device, in float32; the one that an earlier call returned, if it is still in use."""
    model = _held.get((folder, device))
    if model is None:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
        _held[folder, device] = model
    return model
