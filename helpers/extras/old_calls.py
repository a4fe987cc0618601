"""Calls of the openai package before 1.0 (November 2023) in a notebook or script, and what to write today."""

from pathlib import Path

import pandas as pd

from ..training_data.jsonl import existing_file
from .notebook_code import code_of
from .old_code import Old, OldCode
from .old_names import TODAY as TODAY


def find_old_calls(path: str | Path) -> pd.DataFrame:
    """A row for each old call in a notebook, a script, or a text file: cell (of a notebook), line, found, today.

    Raises OSError if there is no such file, ValueError if a notebook cannot be read.
    """
    path, code = existing_file(path), OldCode()
    sure: list[tuple[int | None, Old]] = []
    unsure: list[tuple[int | None, Old]] = []
    for cell, source in code_of(path):
        code.read(source)
        sure += [(cell, old) for old in code.found]
        unsure += [(cell, old) for old in code.unsure]
    if any("Completion" in old.found for _, old in sure):  # else ["choices"] may be JSON of a plain request
        sure += unsure
    found = sorted(set(sure), key=lambda one: (one[0] or 0, one[1]))
    rows = [(cell, old.line, old.found, old.today) for cell, old in found]
    table = pd.DataFrame(rows, columns=["cell", "line", "found", "today"])
    return table.astype({"cell": "Int64", "line": "int64"})
