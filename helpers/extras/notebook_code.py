"""The code of a script or of a notebook's cells, with IPython's own lines as Python: line numbers stay as they are."""

import ast
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from ..training_data.text_encoding import decoded

CONTINUED = re.compile(r"^([ \t]*[!%][^\n]*)\\\n([^\n]*)", re.MULTILINE)  # a command that goes on in the next line


def code_of(path: Path) -> Iterator[tuple[int | None, str]]:
    """The code of each cell with its number in the notebook, counted from 1, or the whole file with None.

    Raises ValueError if a notebook cannot be read.
    """
    text = decoded(path.read_bytes())
    if path.suffix.lower() != ".ipynb":
        yield None, text
        return
    try:
        notebook = json.loads(text)
        older = [cell for sheet in notebook.get("worksheets", ()) for cell in sheet["cells"]]  # before format 4
        for n, cell in enumerate(older or notebook["cells"], 1):
            if cell["cell_type"] == "code":
                yield n, "".join(cell["input"] if older else cell["source"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{path} is not a notebook ({error!r:.100}). Save it again in Jupyter, or name a .py file."
        ) from None


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of Python, with or without IPython's commands; None for what is neither."""
    for to_python in (str, _plain_python):
        try:
            with warnings.catch_warnings(action="ignore"):  # of the reader's code, such as a wrong escape
                return ast.parse(to_python(code))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _plain_python(code: str) -> str:
    """Python in which calls of get_ipython() stand for IPython's commands."""
    from IPython.core.inputtransformer2 import TransformerManager  # here, as most code has none

    while CONTINUED.search(code):
        code = CONTINUED.sub(r"\1 \2\n", code)  # the command in one line, and an empty one for the other
    first = re.match(r"\s*\n|", code)
    before = code[: first.end()] if first else ""
    return before + TransformerManager().transform_cell(code[len(before) :])
