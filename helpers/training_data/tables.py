"""Rows of CSV, Excel, Parquet and JSON files, whatever their encoding and separator."""

import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from .delimited import Rows, csv_rows
from .text_encoding import decoded_by
from .workbook import sheet_rows, sheets

ARCHIVES = frozenset((".tar", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"))
OTHER_KINDS = {
    "a workbook of old Excel (.xls)": (b"\xd0\xcf\x11\xe0",),
    "a PDF": (b"%PDF",),
    "a picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "a web page": (b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML"),
}  # and how they begin
TEXT, EXCEL = frozenset((".csv", ".tsv", ".txt")), frozenset((".xlsx", ".xlsm"))


def read_rows(path: Path, named: Collection[str] = (), sheet: str = "", header_row: int = 0) -> Rows:
    """All rows, with cells as text; an empty cell is "". The columns `named` tell where the header is, if it is not
    in row `header_row` (of the sheet `sheet`, in Excel).

    Raises ValueError if the file is not what its name says.
    """
    kind = _kind(path)
    for word, is_given, kinds in (("sheet", sheet, EXCEL), ("header_row", header_row, EXCEL | TEXT)):
        if is_given and kind not in kinds:
            raise ValueError(f"{word}= has no meaning for {path}. Leave {word}= out.")
    if kind in TEXT:
        return csv_rows(path, text_of(path), named, header_row)
    if kind == ".parquet":
        table = parquet_table(path)
        table = table.astype(object).where(table.notna(), "")
        return [(n, {str(k): str(v) for k, v in row.items()}, "") for n, row in enumerate(table.to_dict("records"), 1)]
    if kind in EXCEL:
        with _explained(path, "openpyxl"):
            tables = sheets(path)
        return sheet_rows(path, tables, named, sheet, header_row)
    if kind in ARCHIVES:
        raise ValueError(f"{path} is an archive of a kind that is not read. Unpack it, and name what is in it.")
    known = ".json, .jsonl, .csv, .tsv, .txt, .xlsx, .xlsm, .parquet, .gz, .zip"
    raise ValueError(f"{path} cannot be read as a table: its name does not end in one of {known}. Save it as .csv.")


def _kind(path: Path) -> str:
    """What a file is: programs call a workbook .csv, and text .xlsx. Raises ValueError for what is neither."""
    kind = path.suffix.lower()
    if kind not in TEXT | EXCEL:
        return kind
    with open(path, "rb") as file:
        start = file.read(1024)
    if found := next((name for name, begins in OTHER_KINDS.items() if start.startswith(begins)), ""):
        raise ValueError(f"{path} is {found}, whatever its name says. Open it, and save the table as .csv.")
    if kind in EXCEL and start and b"\0" not in start and not start.startswith(b"PK"):
        return ".csv"
    return ".xlsx" if kind in TEXT and start.startswith(b"PK\x03\x04") else kind


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
