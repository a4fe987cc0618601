"""The base model in memory. What answers and what trains share one copy of its weights, so nobody may change them."""

from pathlib import Path
from weakref import WeakValueDictionary

import torch
from transformers import AutoModelForCausalLM

_held: WeakValueDictionary[tuple[Path, str, str], torch.nn.Parameter] = WeakValueDictionary()


@torch.inference_mode(False)  # also where an answer asks for it: what such a mode loads cannot be trained
def load_base(folder: Path, device: str) -> torch.nn.Module:
    """The model in a folder, on a device, in float32; its weights are those of an earlier load that is still in use."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device)
    for name, weight in list(model.named_parameters(remove_duplicate=False)):
        owner, _, own_name = name.rpartition(".")
        setattr(model.get_submodule(owner), own_name, _held.setdefault((folder, device, name), weight))
    return model
