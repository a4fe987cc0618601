"""Where a tape comes from, and whether its data are still the same."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from helpers.backends.backend import Connection, get_json
from helpers.paths import ROOT, TAPES
from helpers.replay.tape import changed_data, file_sha256, read_tape

from .lessons import LESSONS
from .redaction import identifying


def describe(lesson: str, connection: Connection, began: datetime) -> dict:
    """The first line of a tape."""
    data = next(x.data for x in LESSONS if x.name == lesson)
    return {"tape": 1, "lesson": lesson, **what_answered(connection, began), "data": data_hashes(data)}


def what_answered(connection: Connection, began: datetime) -> dict:
    """When, which model and weights, with which versions; of a local server, which it asks, the machine, too."""
    backend = connection.backend
    said = get_json(backend.base_url.removesuffix("v1"), connection.key) if backend.name == "local" else {}
    return {
        "recorded": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "against": backend.name,
        "base_model": backend.base_model,
        "server": {key: said[key] for key in ("weights_sha256", "device", "versions") if key in said},
        "client": {"python": platform.python_version(), "openai": version("openai")},
    } | ({"processor": processor(), "cores": os.cpu_count()} if backend.name == "local" else {})


def data_hashes(patterns: Iterable[str]) -> dict[str, str]:
    """Path → SHA-256 of each file under data/ that a pattern names."""
    paths = [path for pattern in patterns for path in sorted((ROOT / "data").glob(pattern))]
    return {path.relative_to(ROOT).as_posix(): file_sha256(path) for path in paths}


def check() -> list[str]:
    """One sentence for each way in which a lesson's tape is missing, broken, leaking, or recorded with other data."""
    return [problem for lesson in LESSONS for problem in mismatches(lesson.name)]


def mismatches(lesson: str, folder: Path | None = None, secrets: Iterable[str] = ()) -> list[str]:
    """The same for one lesson, whose tape is in this folder. No tape may hold these secrets."""
    path = (folder or TAPES) / f"{lesson}.jsonl"
    if not path.exists():
        return [f"{lesson}: there is no tape. Record it: python -m tools.record {lesson}"]
    try:
        tape = read_tape(path)
    except ValueError as error:
        return [f"{lesson}: {error}"]
    leaks = [
        f"{x.request.method} {x.request.path} holds a key or an account."
        for x in tape.exchanges
        if identifying(x, secrets)
    ]
    return [f"{lesson}: {problem}" for problem in changed_data(tape.provenance) + leaks]


def processor() -> str:
    """The processor's name, as far as the system knows it."""
    cpuinfo = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return named[1] if named else platform.processor() or platform.machine()
