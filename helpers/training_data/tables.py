"""Rows of CSV, Excel, Parquet and JSONL files, whatever their encoding and separator."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from .delimited import csv_rows
from .jsonl import BOM, numbered_values

UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Rows = list[tuple[int, dict, str]]  # the line where a row begins, its cells by column, what is wrong with it


def read_rows(path: Path, named: Collection[str] = ()) -> Rows:
    """All rows, with cells as text; an empty cell is "". The columns `named` tell the header of a CSV file.

    Raises ValueError if the file is not what its name says.
    """
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson"):
        return _json_rows(path)
    if kind in (".csv", ".tsv", ".txt"):
        return csv_rows(path, decoded(path.read_bytes()), named)
    try:
        if kind == ".parquet":
            table = pd.read_parquet(path)
        elif kind in (".xlsx", ".xlsm"):
            table = pd.read_excel(path, dtype=str, na_filter=False)
        else:
            raise ValueError("its name does not end in one of .jsonl, .csv, .tsv, .txt, .xlsx, .xlsm, .parquet")
    except ImportError:  # pyarrow is large, and few have Parquet
        package = "pyarrow" if kind == ".parquet" else "openpyxl"
        raise ValueError(f"To read {path}, install one more package: pip install {package}") from None
    except Exception as error:  # what the libraries raise depends on the bytes
        raise ValueError(f"{path} cannot be read as a table: {error}. Save it again, as .csv for instance.") from None
    table = table.astype(object).where(table.notna(), "")
    first = 2 if kind != ".parquet" else 1  # a sheet's first row holds the names of its columns
    rows = enumerate(table.to_dict("records"), first)
    return [(n, {str(k): str(v) for k, v in row.items()}, "") for n, row in rows]


def _json_rows(path: Path) -> Rows:
    """As `read_rows`, but cells keep JSON's types, so that `check` can name the wrong ones."""
    rows = [(n, value) for n, value in numbered_values(path) if isinstance(value, dict)]
    columns = dict.fromkeys(key for _, row in rows for key in row)
    return [(n, {column: row.get(column, "") for column in columns}, "") for n, row in rows]


def decoded(content: bytes) -> str:
    """Bytes in UTF-8, UTF-16 or Windows-1252 as text; the encoding may differ from line to line."""
    if content[:2] in UTF16:
        return content.decode("utf-16", "replace")
    content = content.removeprefix(BOM)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "".join(_decoded_line(line) for line in content.splitlines(keepends=True))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
