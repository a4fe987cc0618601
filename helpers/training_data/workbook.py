"""Rows of an Excel workbook: which sheet, which row is the header, and what merged cells hold."""

import re
import warnings
import zipfile
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from .delimited import HEADER_WITHIN, Rows, header_of, holds

Table = list[list[str]]
_MERGED = b"<mergeCell "
_ESCAPED = re.compile(r"_x(00[01][0-9A-F]|005F)_", re.IGNORECASE)  # ECMA-376, ST_Xstring


def sheets(path: Path) -> dict[str, Table]:
    """The cells of each sheet as text; a merged cell is in each of its rows. Raises what pandas and zipfile do."""
    merged = _has_merged_cells(path)
    how = {"read_only": not merged, "data_only": True}  # only the slow way knows merged cells
    with pd.ExcelFile(path, engine="openpyxl", engine_kwargs=how) as file:
        return {sheet.title: _table(sheet, merged) for sheet in file.book.worksheets}


def sheet_rows(path: Path, tables: dict[str, Table], named: Collection[str], sheet: str, header_row: int) -> Rows:
    """The number of each row, its cells by column, and "".

    The rows are those below the header: row `header_row` of `sheet`, or what of the two is not given is where all
    columns `named` are, or else first. Raises ValueError if there is no such sheet or row, or a named column twice.
    """
    if sheet and sheet not in tables:
        raise ValueError(f"{path} has no sheet {sheet!r}. It has {_listed(tables)}: name one of them as sheet=.")
    tables = {sheet: tables[sheet]} if sheet else tables
    found = [(name, top) for name, table in tables.items() for top in _tops(table, named, header_row)]
    name, top = found[0] if found else (next(iter(tables)), header_row - 1 if header_row else _first(tables))
    if others := [other for other, _ in found[1:]]:
        these = _listed([name, *others])
        warnings.warn(
            f"{path.name}: the sheets {these} have these columns; I take {name!r}. Name another one as sheet=.",
            stacklevel=4,
        )
    table = tables[name]
    if header_row > len(table):
        raise ValueError(f"{path}, sheet {name!r} has no row {header_row}. It ends with row {len(table)}.")
    header = header_of(path, table[: top + 1], named) if table else []
    rows = enumerate(table[top + 1 :], top + 2)
    return [(n, dict(zip(header, cells, strict=True)), "") for n, cells in rows if any(cells)]


def _listed(names: Collection[str]) -> str:
    return ", ".join(map(repr, names))


def _first(tables: dict[str, Table]) -> int:
    """The first row of the first sheet that is not empty."""
    return next((n for n, cells in enumerate(next(iter(tables.values()))) if any(cells)), 0)


def _tops(table: list[list[str]], named: Collection[str], header_row: int) -> list[int]:
    """Where the header may be: the first row, counted from 0, with all named columns."""
    rows = (
        range(min(len(table), HEADER_WITHIN)) if not header_row else range(header_row - 1, min(header_row, len(table)))
    )
    return [top for top in rows if named and holds(table, top, named)][:1]


def _has_merged_cells(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as file:
                    before = b""
                    while block := file.read(2**20):
                        if _MERGED in before + block:
                            return True
                        before = block[-len(_MERGED) :]
    return False


def _table(sheet, merged: bool) -> list[list[str]]:
    """The cells of a sheet as text, with rows of one length, down to the last one that is not empty."""
    if not merged:
        sheet.reset_dimensions()  # some programs write wrong ones
    rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for area in sheet.merged_cells.ranges if merged else ():
        for n in range(area.min_row, area.max_row):
            rows[n][area.min_col - 1] = rows[area.min_row - 1][area.min_col - 1]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # Excel has no other numbers
        value = int(value)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)).replace("\r", "")
