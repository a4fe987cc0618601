"""Rows of CSV, Excel, Parquet and JSONL files, whatever their encoding and separator."""

import csv
import io
from pathlib import Path

import pandas as pd

from .jsonl import BOM, numbered_values

SEPARATORS = ",;\t|"
UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Rows = list[tuple[int, dict]]  # the line where a row begins, and its cells by column


def read_rows(path: Path) -> Rows:
    """All rows, with cells as text; an empty cell is "". Raises ValueError if the file is not what its name says."""
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson"):
        return _json_rows(path)
    if kind in (".csv", ".tsv", ".txt"):
        return _csv_rows(path)
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
    return [(n, {str(k): str(v) for k, v in row.items()}) for n, row in enumerate(table.to_dict("records"), first)]


def _json_rows(path: Path) -> Rows:
    """As `read_rows`, but cells keep JSON's types, so that `check` can name the wrong ones."""
    rows = [(n, value) for n, value in numbered_values(path) if isinstance(value, dict)]
    columns = dict.fromkeys(key for _, row in rows for key in row)
    return [(n, {column: row.get(column, "") for column in columns}) for n, row in rows]


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


def _csv_rows(path: Path) -> Rows:
    text = decoded(path.read_bytes())
    separator = _separator(text)
    csv.field_size_limit(2**31 - 1)  # Python's own limit is 128 KB a cell
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: list[str] = []
    rows, begins = [], 1
    try:
        for cells in reader:
            if any(cells) and not header:
                header = [cell.strip() for cell in cells]
            elif any(cells):
                if len(cells) > len(header):
                    raise ValueError(
                        f"{path}, line {begins} has {len(cells)} cells, but there are {len(header)} columns. "
                        f"Put cells that contain {separator!r} in quotation marks."
                    )
                rows.append((begins, dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path}, line {begins} is not CSV ({error}). Correct this line.") from None
    _no_open_quote(path, text, rows)
    return rows


def _separator(text: str) -> str:
    """The separator that is most frequent in the header."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=header.count)


def _no_open_quote(path: Path, text: str, rows: Rows) -> None:
    """Raises ValueError for a quotation mark that is never closed: the rest of the file would be one cell."""
    if rows and text.count('"') % 2:
        begins = rows[-1][0]
        tail = text.splitlines()[begins - 1 :]
        if len(tail) > 1 and "\n".join(tail).count('"') % 2:
            raise ValueError(f'{path}, line {begins} opens a quotation mark (") that is never closed. Close it.')
