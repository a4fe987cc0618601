"""Temporary folders on a node. Each holds a base model, so those of killed processes do not stay."""

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "finetune-server-node-"


def own_folder() -> tempfile.TemporaryDirectory:
    """A new folder, which ends with this process. Those of processes that were killed are removed."""
    _remove_leftovers()
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)


def _remove_leftovers() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        try:
            os.kill(int(folder.name.removeprefix(PREFIX).partition("-")[0]), 0)  # asks whether it runs
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, PermissionError):
            continue
