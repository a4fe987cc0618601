"""Take in an adapter that was trained elsewhere, as a tuned model."""

import hashlib
import json
import re
import shutil
from pathlib import Path

from safetensors import safe_open

from ..store.content import ADAPTER_FILES, readable_adapter
from ..store.store import NotFound, Store
from .artifacts import add_model, saved_weights

CONFIG, WEIGHTS = ADAPTER_FILES
PAGE = "README.md"  # says where it comes from, and leaves with it again


class BadAdapter(ValueError):
    """A folder has no adapter that fits the base model; the message says why."""


def take_in(store: Store, base_folder: Path, base_model: str, suffix: str, folder: Path) -> str:
    """Copy the adapter in a folder into the store, unless it is there, and return the name of its tuned model.

    The name is that of a job's model, but ends with the first eight digits of the SHA-256 of the weights instead of
    the job's id, so the same weights get the same name. Raises BadAdapter, and OSError.
    """
    if not readable_adapter(folder):
        raise BadAdapter(f"There is no whole adapter in {folder}: PEFT saves one as {CONFIG} and {WEIGHTS}.")
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    name = f"ft:{base_model}:local:{suffix}:{digest[:8]}"
    try:
        return store.get("model", name)["id"]
    except NotFound:
        _check_fits(folder, base_folder, base_model)
    with saved_weights(store, lambda part: _copy(folder, part)) as copied:
        add_model(store, name, copied)
    return name


def _copy(folder: Path, part: Path) -> None:
    part.mkdir()
    for name in (*ADAPTER_FILES, PAGE):
        if (folder / name).is_file():
            shutil.copyfile(folder / name, part / name)


def _check_fits(folder: Path, base_folder: Path, base_model: str) -> None:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise BadAdapter(f"The adapter in {folder} is not one of LoRA, the only kind that this server runs.")
    made_for = config.get("base_model_name_or_path") or base_model
    if re.split(r"[/\\]|--", made_for)[-1] != base_model:  # of a folder, or of OWNER/NAME, which is kept as OWNER--NAME
        raise BadAdapter(
            f"The adapter in {folder} is for the model {made_for}, not for {base_model}, which runs here: "
            "choose its model with --model, or leave it out."
        )
    with safe_open(folder / WEIGHTS, "numpy") as weights:
        found = {name: tuple(weights.get_slice(name).get_shape()) for name in weights.keys()}  # noqa: SIM118
    try:
        fitting = _shapes(folder, base_folder)
    except (ValueError, TypeError) as error:  # of PEFT, whose message is long
        raise BadAdapter(f"The adapter in {folder} cannot be put on {base_model}: {str(error).rstrip('.')}.") from None
    if found != fitting:
        raise BadAdapter(f"The adapter in {folder} does not fit the layers of {base_model}.")


def _shapes(folder: Path, base_folder: Path) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the weights that an adapter of this configuration has on the base model."""
    import torch  # only here: an adapter is taken in once, and torch takes seconds to load
    from peft import PeftConfig, get_peft_model, get_peft_model_state_dict
    from transformers import AutoConfig, AutoModelForCausalLM

    config = PeftConfig.from_pretrained(str(folder))
    config.base_model_name_or_path = None  # PEFT warns if it is not the folder
    with torch.device("meta"):  # shapes without weights
        base = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(base_folder))
        model = get_peft_model(base, config)
    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    return {name: tuple(weight.shape) for name, weight in weights.items()}
