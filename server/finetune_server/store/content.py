"""What lies beside the database: files that are written whole, adapters, and what a killed server left behind."""

import json
import shutil
from pathlib import Path

from safetensors import SafetensorError, safe_open

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")  # as PEFT names them
FOLDERS = ("files", "models", "states", "exports", "uploads")
PARTS = (  # what a server writes, and nothing else
    "files/file-*.part",
    "models/model-*.part",
    "states/ftjob-*.part",
    "exports/export-*",
    "uploads/part_*.part",
)


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new, and a failure leaves nothing behind."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove what a killed server was writing; it was never confirmed to anybody."""
    for pattern in PARTS:
        for part in folder.glob(pattern):
            remove(part)


def readable_adapter(folder: Path) -> bool:
    """Is there a configuration and a whole file of weights? The weights themselves are not read."""
    config, weights = (folder / name for name in ADAPTER_FILES)
    try:
        json.loads(config.read_text(encoding="utf-8"))
        with safe_open(weights, "numpy"):
            return True
    except (OSError, ValueError, SafetensorError):
        return False
