"""Paths of the course, and atomic writes."""

import os
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "t1000"
DESK = ROOT / "data" / "desk"
ADAPTER = ROOT / "data" / "adapter"
TAPES = Path(os.environ.get("COURSE_TAPES") or ROOT / "data" / "recordings")
NOTEBOOKS = ROOT / "notebooks"
CACHE = Path(os.environ.get("COURSE_CACHE") or user_cache_path("fine-tuning-course", appauthor=False))


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new, and a failure leaves nothing behind."""
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
