"""Where a tape comes from, and whether that still fits the data and the notebook."""

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ..lessons import LESSONS
from ..paths import NOTEBOOKS, ROOT, TAPES
from .places import Place
from .tape import read_tape


def describe(lesson: str, place: Place, began: datetime) -> dict:
    """The first line of a tape."""
    return {
        "tape": 1,
        "lesson": lesson,
        **what_answered(place, began),
        "data": data_hashes(lesson),
        "notebook": notebook_hash(lesson),
    }


def what_answered(place: Place, began: datetime) -> dict:
    """When, which model and weights, and on what."""
    about = {key: place.about[key] for key in ("weights_sha256", "device", "versions") if key in place.about}
    return {
        "recorded": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "against": place.name,
        "base_model": place.base_model,
        "server": about,
        "client": {"python": platform.python_version(), "openai": version("openai")},
        "processor": processor(),
        "cores": os.cpu_count(),
    }


def data_hashes(lesson: str) -> dict[str, str]:
    """SHA-256 of each file of data that the lesson uses."""
    return file_hashes(next(x.data for x in LESSONS if x.name == lesson))


def file_hashes(patterns: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each file under data/ that a pattern names."""
    paths = [path for pattern in patterns for path in sorted((ROOT / "data").glob(pattern))]
    return {path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def notebook_hash(lesson: str) -> str:
    """SHA-256 of a notebook's code, without the generated set-up cell and without outputs."""
    cells = json.loads((NOTEBOOKS / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [
        "".join(c["source"]) for c in cells if c["cell_type"] == "code" and "setup" not in c["metadata"].get("tags", [])
    ]
    return hashlib.sha256("\n\n".join(code).encode()).hexdigest()


def check() -> list[str]:
    """What no longer fits, a sentence each."""
    return [problem for lesson in LESSONS for problem in mismatches(lesson.name)]


def mismatches(lesson: str) -> list[str]:
    """One sentence for each way in which a tape no longer fits; also what cannot be read."""
    path = TAPES / f"{lesson}.jsonl"
    if not path.exists():
        return [f"{lesson}: there is no tape. Record it: python -m helpers.replay.record {lesson}"]
    try:
        about, _ = read_tape(path)
    except ValueError as error:
        return [f"{lesson}: {error}"]
    found = [
        f"{lesson}: {name} is not the file the tape was recorded with."
        for name, digest in data_hashes(lesson).items()
        if about.get("data", {}).get(name) != digest
    ]
    if about.get("notebook") != notebook_hash(lesson):
        found.append(f"{lesson}: the notebook's code changed since the tape was recorded.")
    return found


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return named[1] if named else platform.processor() or platform.machine()
