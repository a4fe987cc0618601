"""Tables of texts: at the left, where reading begins, and whole. (pandas puts texts at the right and cuts them off.)"""

import re
from dataclasses import dataclass

import pandas as pd

LINE = "\u2028"  # Unicode's own line separator, which pandas does not write as a backslash and a letter
WHITE = str.maketrans({"\n": LINE, "\r": "", "\t": " "})


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
    with pd.option_context("display.max_colwidth", None):
        html = table.apply(_as_texts).to_html(index=has_names(table), escape=escape, border=0, na_rep="")
    at_the_left = re.sub("<(t[dh])>", r'<\1 style="text-align: left">', html)
    return at_the_left.replace(LINE, "<br>")


def has_names(table: pd.DataFrame) -> bool:
    """Whether the index says more than the rows' places."""
    return not isinstance(table.index, pd.RangeIndex)


def _as_texts(column: pd.Series) -> pd.Series:
    """A column of texts or of whole numbers as texts, and any other one as it is."""
    if pd.api.types.infer_dtype(column, skipna=True) not in ("string", "integer"):
        return column
    return column.astype(object).map(lambda value: "" if pd.isna(value) else str(value).translate(WHITE))
