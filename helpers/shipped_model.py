"""The trained model that comes with the course: an adapter, which a server on this machine takes in at its start."""

import hashlib
import json
from pathlib import Path

from .paths import ADAPTER

SUFFIX = "shipped"  # in the model's name
WAY_IN = f"Or start the server with the trained model of the course: finetune-server --adapter {SUFFIX}=data/adapter"


def server_options(model: str | None) -> list[str]:
    """What the command of the local server needs to take the adapter in; nothing if it fits another base model.

    `model` is the name or the folder of what the server runs; None is its default, which the adapter was trained on.
    """
    if not ADAPTER.is_dir() or (model and Path(model).name != _base_model()):
        return []
    return ["--adapter", f"{SUFFIX}={ADAPTER}"]


def name(model: str) -> str:
    """The name by which a server that runs this base model calls the tuned one. "" if it fits another."""
    if not ADAPTER.is_dir() or model != _base_model():
        return ""
    digest = hashlib.sha256((ADAPTER / "adapter_model.safetensors").read_bytes()).hexdigest()
    return f"ft:{model}:local:{SUFFIX}:{digest[:8]}"


def _base_model() -> str:
    config = json.loads((ADAPTER / "adapter_config.json").read_text(encoding="utf-8"))
    return config["base_model_name_or_path"].rpartition("/")[2]
