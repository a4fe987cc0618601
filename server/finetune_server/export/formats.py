"""Write a tuned model in one of the formats in which it leaves."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

from ..model.torch_thread import run_on_torch_thread
from ..store.content import ADAPTER_FILES
from ..store.store import Store
from .export_card import card
from .origin import Origin, origin

FORMATS = ("adapter", "merged", "gguf")
WEIGHT_TYPES = ("f16", "f32", "q8_0")  # of GGUF; the first is the default
CARD = "README.md"


def folder_name(model: str, kind: str) -> str:
    """A name that any file system takes, for instance "ft-tiny-local-desk-AbCd1234-gguf"."""
    return re.sub(r"[^\w.]+", "-", f"{model}-{kind}")


def write_export(
    into: Path,
    store: Store,
    base_folder: Path,
    base_model: str,
    model: str,
    kind: str,
    weight_type: str = WEIGHT_TYPES[0],
) -> Path:
    """Write the folder of a tuned model into `into`, with its page, and return it.

    Raises NotExportable, NotFound and BrokenStore.
    """
    about = origin(store, base_folder, base_model, model)
    adapters, folder = store.weights_folder(model), into / folder_name(model, kind)
    folder.mkdir()
    if kind == "adapter":
        _copy_adapter(folder, adapters, about)
    else:
        merged_folder = run_on_torch_thread(import_module, ".merged_folder", __package__)  # no other thread uses torch
        merged, tokenizer = run_on_torch_thread(merged_folder.load_merged, base_folder, adapters)
        if kind == "merged":
            run_on_torch_thread(merged_folder.write_merged, folder, merged, tokenizer, base_folder)
        else:
            _write_gguf(folder, merged, tokenizer, weight_type, about)
    (folder / CARD).write_text(card(about, kind, folder), encoding="utf-8")
    return folder


def _copy_adapter(folder: Path, adapters: Path, about: Origin) -> None:
    config, weights = ADAPTER_FILES
    named = about.lora | {"base_model_name_or_path": about.base}  # it was a folder of this machine
    (folder / config).write_text(json.dumps(named, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(adapters / weights, folder / weights)


def _write_gguf(folder: Path, merged, tokenizer, weight_type: str, about: Origin) -> None:
    from .gguf_file import write_gguf
    from .merged_folder import end_ids
    from .ollama_modelfile import modelfile

    path = folder / f"{folder_name(about.name, weight_type)}.gguf"
    write_gguf(path, merged, tokenizer, weight_type, about.name, about.licence)
    stops = tokenizer.convert_ids_to_tokens(end_ids(merged, tokenizer))
    (folder / "Modelfile").write_text(modelfile(path.name, tokenizer, stops), encoding="utf-8")
