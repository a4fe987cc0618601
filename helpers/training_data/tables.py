"""Rows of CSV, Excel, Parquet and JSON files, whatever their encoding and separator."""

import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from .delimited import HEADER_WITHIN, csv_rows, holds
from .text_encoding import decoded_by

Rows = list[tuple[int, dict, str]]  # the line where a row begins, its cells by column, what is wrong with it


def read_rows(path: Path, named: Collection[str] = ()) -> Rows:
    """All rows, with cells as text; an empty cell is "". The columns `named` tell the header of a CSV file.

    Raises ValueError if the file is not what its name says.
    """
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        return csv_rows(path, text_of(path), named)
    if kind == ".parquet":
        table = parquet_table(path)
        table = table.astype(object).where(table.notna(), "")
        return [(n, {str(k): str(v) for k, v in row.items()}, "") for n, row in enumerate(table.to_dict("records"), 1)]
    if kind in (".xlsx", ".xlsm"):
        with _explained(path, "openpyxl"):
            return _sheet_rows(path, named)
    known = ".json, .jsonl, .csv, .tsv, .txt, .xlsx, .xlsm, .parquet, .gz, .zip"
    raise ValueError(f"{path} cannot be read as a table: its name does not end in one of {known}. Save it as .csv.")


def parquet_table(path: Path) -> pd.DataFrame:
    """The table of a Parquet file. Raises ValueError if it is none, or if pyarrow is not installed."""
    with _explained(path, "pyarrow"):  # it is large, and few have Parquet
        return pd.read_parquet(path)


@contextmanager
def _explained(path: Path, package: str) -> Iterator[None]:
    """Makes what a library raises a ValueError that says what to do."""
    try:
        yield
    except ImportError:
        raise ValueError(f"To read {path}, install one more package: pip install {package}") from None
    except Exception as error:  # what the libraries raise depends on the bytes
        raise ValueError(f"{path} cannot be read as a table: {error}. Save it again, as .csv for instance.") from None


def _sheet_rows(path: Path, named: Collection[str]) -> Rows:
    """As `read_rows`: of the first sheet and row with the columns named, or else the first sheet's first row."""
    sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=str, na_filter=False)
    tables = [
        [[str(cell).replace("_x000D_", "") for cell in row] for row in sheet.fillna("").to_numpy().tolist()]
        for sheet in sheets.values()
    ]
    starts = ((table, top) for table in tables for top, cells in enumerate(table[:HEADER_WITHIN]))
    table, top = next(((table, top) for table, top in starts if named and holds(table[top], named)), (tables[0], 0))
    header = [cell.strip() for cell in table[top]] if table else []
    if doubled := next((column for column in named if header.count(column) > 1), ""):
        raise ValueError(f"it has {header.count(doubled)} columns {doubled!r}")
    rows = enumerate(table[top + 1 :], top + 2)
    return [(n, dict(zip(header, cells, strict=True)), "") for n, cells in rows if any(cells)]


def json_rows(records: Iterable[tuple[int, object]]) -> Rows:
    """As `read_rows`, but cells keep JSON's types, so that `check` can name the wrong ones."""
    rows = [(n, value) for n, value in records if isinstance(value, dict)]
    columns = dict.fromkeys(key for _, row in rows for key in row)
    return [(n, {column: row.get(column, "") for column in columns}, "") for n, row in rows]


def text_of(path: Path) -> str:
    """The text of a file. Warns (UserWarning) where its code page is a guess."""
    text, page = decoded_by(path.read_bytes())
    if page:
        sample = next((line for line in text.splitlines() if not line.isascii()), "").strip()[:60]
        advice = "If letters are wrong, save the file as UTF-8 and read it again."
        warnings.warn(f"{path} does not say its encoding. {page} is a guess: {sample!r}. {advice}", stacklevel=2)
    return text
