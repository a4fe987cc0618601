"""Tables of texts: at the left, where reading begins, and whole. (pandas puts texts at the right and cuts them off.)"""

import re
from dataclasses import dataclass

import pandas as pd

CELL = re.compile(r"<(t[dh])>(.*?)</t[dh]>", re.DOTALL)


@dataclass(frozen=True, eq=False, repr=False)
class TextTable:
    """What a cell shows of a table. An index of mere numbers from 0 is left out.

    `height`, in pixels, is that of a box to scroll in; None shows all of it.
    """

    table: pd.DataFrame
    height: int | None = None

    def __repr__(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return self.table.to_string(index=has_names(self.table))

    def _repr_html_(self) -> str:
        html = as_html(self.table)
        return f'<div style="max-height: {self.height}px; overflow: auto">{html}</div>' if self.height else html


def left_aligned(table: pd.DataFrame, height: int | None = None) -> TextTable:
    """The table as a cell shall show it; `height` makes it a box to scroll in, of so many pixels."""
    return TextTable(table, height)


def as_html(table: pd.DataFrame, escape: bool = True) -> str:
    """The table as HTML; what is missing is empty. With `escape=False` its texts are HTML already."""
    whole = [str if _is_written(column) else None for _, column in table.items()]  # with line breaks as they are
    with pd.option_context("display.max_colwidth", None):
        html = table.apply(_empty_if_missing).to_html(
            index=has_names(table), escape=escape, border=0, formatters=whole, na_rep=""
        )
    return CELL.sub(_at_the_left, html)


def has_names(table: pd.DataFrame) -> bool:
    """Whether the index says more than the rows' places."""
    return not isinstance(table.index, pd.RangeIndex)


def _at_the_left(cell: re.Match) -> str:
    """The cell, with the lines of its text as lines."""
    lines = cell[2].replace("\n", "<br>")
    return f'<{cell[1]} style="text-align: left">{lines}</{cell[1]}>'


def _is_written(column: pd.Series) -> bool:
    """Whether there are texts in it, or whole numbers."""
    return pd.api.types.infer_dtype(column, skipna=True) in ("string", "integer")


def _empty_if_missing(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "") if _is_written(column) else column
