"""Load the base model, and tuned models over its weights. Inference and training share them; nobody changes them."""

import copy
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import torch
from torch.nn import Parameter
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

if TYPE_CHECKING:  # it takes longer to import than the base model to load
    from peft import PeftModel

_held: WeakValueDictionary[tuple[Path, str], PreTrainedModel] = WeakValueDictionary()


@torch.inference_mode(False)  # tensors created in inference mode cannot be trained
def load_base(folder: Path, device: str) -> PreTrainedModel:
    """The model in a folder, on a device, in float32; the one that an earlier call returned, if it is still in use."""
    model = _held.get((folder, device))
    if model is None:
        model = read_model(folder).to(device).eval()  # pyright: ignore[reportArgumentType] (transformers wraps `to`)
        _held[folder, device] = model
    return model


def read_model(folder: Path) -> PreTrainedModel:
    """Read the model in a folder, in float32; the caller may change it."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


@torch.inference_mode(False)
def merged_model(base_folder: Path, adapters: Path) -> PreTrainedModel:
    """The base model with the adapters of a folder merged in, in float32, on the processor."""
    from peft import PeftModel

    return PeftModel.from_pretrained(read_model(base_folder), adapters).merge_and_unload().eval()


@torch.inference_mode(False)
def load_tuned(base: PreTrainedModel, base_folder: Path, adapters: Path) -> PreTrainedModel:
    """The merged model on the device of `base`. Weights that the adapters leave alone are those of `base`."""
    tuned = merged_model(base_folder, adapters).to(base.device)  # pyright: ignore[reportArgumentType] (transformers wraps `to`)
    weights = tuned.state_dict()
    shared = {name: weight for name, weight in base.state_dict().items() if torch.equal(weight, weights[name])}
    tuned.load_state_dict(shared, strict=False, assign=True)
    return tuned


@torch.inference_mode(False)
def load_to_continue(base: PreTrainedModel, adapters: Path) -> "PeftModel":
    """A model over the weights of `base` with the adapters of a folder, which may be trained on."""
    from peft import PeftModel

    return PeftModel.from_pretrained(to_adapt(base), adapters, is_trainable=True)


@torch.inference_mode(False)
def to_adapt(base: PreTrainedModel) -> PreTrainedModel:
    """A model over the weights of `base` that may get adapters, while `base` answers without them: none is copied."""
    shared = {id(weight): Parameter(weight.detach(), weight.requires_grad) for weight in base.parameters()}
    return copy.deepcopy(base, shared | {id(buffer): buffer for buffer in base.buffers()})


def context_length(folder: Path) -> int:
    """How many tokens the model in a folder reads, its answer included."""
    return AutoConfig.from_pretrained(folder).get_text_config().max_position_embeddings
