"""Rows of CSV and TSV as Excel and old systems write them."""

import csv
import io
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from ..plural import plural

SEPARATORS = ",;\t|"
HEADER_WITHIN = 20  # rows; above the header may stand a title, a date, an empty line
Rows = list[tuple[int, dict, str]]  # the line where a row begins, its cells by column, what is wrong with it
Record = tuple[int, list[str], str]  # the line where it begins, its cells, and what is wrong with it


def csv_rows(path: Path, text: str, named: Collection[str] = (), header_row: int = 0) -> Rows:
    """The line where each row begins, its cells by column, and what is wrong with it ("": nothing).

    The header is in line `header_row`; if that is 0, in the first row that has the columns `named`, or else in the
    first row that is not empty. Raises ValueError if no row begins in that line, if a named column is there twice,
    or if most rows do not fit the header.
    """
    csv.field_size_limit(2**31 - 1)  # Python's own limit is 128 KB a cell
    text, separator = _separator(text, named)
    records = [record for record in _records(text, separator) if any(record[1])]
    if header_row:
        top = next((n for n, (line, _, _) in enumerate(records) if line == header_row), None)
        if top is None:
            raise ValueError(f"{path} has no row that begins in line {header_row}. Name the line of the header.")
    else:
        top = _header_at([cells for _, cells, _ in records[:HEADER_WITHIN]], named)
    header = header_of(path, [cells for _, cells, _ in records[: top + 1]], named) if records else []
    rows, ragged = [], 0
    for line, cells, wrong in records[top + 1 :]:
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(header):
            ragged += 1
            are = f"there {'is' if len(header) == 1 else 'are'} {plural(len(header), 'column')}"
            counts = f"line {line} has {plural(len(cells), 'cell')}, but {are}"
            wrong = wrong or f"{counts}. Put cells that contain {separator!r} in quotation marks."
        rows.append((line, dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False)), wrong))
    if ragged * 2 > len(rows):
        raise ValueError(f"{path}, {next(wrong for _, _, wrong in rows if wrong)}")
    return rows


def header_of(path: Path, rows: list[list[str]], named: Collection[str]) -> list[str]:
    """The names of the columns, which stand in the last of the rows, or in the last two of them, one below the other.

    Raises ValueError if a named column is there twice.
    """
    plain, both = _headers(rows, len(rows) - 1)
    header = both if set(named) <= set(both) and not set(named) <= set(plain) else plain
    for column in named:
        if header.count(column) > 1:
            other = [two for one, two in zip(header, both, strict=True) if one == column]
            what = (
                "Give each a name of its own." if len(set(other)) < 2 else f"Call it {' or '.join(map(repr, other))}."
            )
            raise ValueError(f"{path} has {header.count(column)} columns {column!r}. {what}")
    return header


def _headers(rows: list[list[str]], n: int) -> tuple[list[str], list[str]]:
    """The cells of row n, and each behind the one above it, or behind what stands left of that."""
    cells = [" ".join(cell.split()) for cell in rows[n]]
    above = rows[n - 1] if n else []
    left = [
        next((above[m].strip() for m in range(min(k, len(above) - 1), -1, -1) if above[m].strip()), "")
        for k in range(len(cells))
    ]
    return cells, [f"{group} {cell}".strip() for group, cell in zip(left, cells, strict=True)]


def _separator(text: str, named: Collection[str]) -> tuple[str, str]:
    """The text, and its separator: what Excel's line `sep=;` says, or fits the named columns, or the header has most.

    Excel's line becomes empty, so that lines keep their numbers.
    """
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) == 5:
        return "\n" + rest, first.strip().strip('"')[4]
    header = next((line for line in text.splitlines() if line.strip()), "")
    likely = sorted(SEPARATORS, key=header.count, reverse=True)
    for separator in likely if named else ():
        start = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), HEADER_WITHIN))
        if any(holds(start, n, named) for n in range(len(start))):
            return text, separator
    return text, likely[0]


def holds(rows: list[list[str]], n: int, named: Collection[str]) -> bool:
    """Whether row n, alone or with the one above it, names these columns."""
    return any(set(named) <= set(header) for header in _headers(rows, n))


def _header_at(records: list[list[str]], named: Collection[str]) -> int:
    return next((n for n in range(len(records)) if named and holds(records, n, named)), 0)


def _records(text: str, separator: str) -> list[Record]:
    """All records; quotation marks inside a cell are doubled, or stand behind a backslash where this fits better."""
    records = _parsed(text, separator)
    if '\\"' in text and _faults(records):
        other = _parsed(text.replace('\\"', '""'), separator)
        return min(records, other, key=_faults)
    return records


def _faults(records: list[Record]) -> int:
    return sum(bool(wrong) for _, _, wrong in records)


def _parsed(text: str, separator: str) -> list[Record]:
    """A line whose quotation marks do not pair is a record of its own, so that it swallows no other line."""
    lines = list(io.StringIO(text, newline=""))
    records: list[Record] = []
    at = 0
    while at < len(lines):
        start = at
        reader = csv.reader((lines[n] for n in range(start, len(lines))), delimiter=separator, strict=True)
        try:
            for cells in reader:
                records.append((at + 1, cells, ""))
                at = start + reader.line_num
        except csv.Error:
            wrong = f'line {at + 1} has a quotation mark (") that is not closed, or stands alone. Double or remove it.'
            records.append((at + 1, next(csv.reader([lines[at].rstrip("\r\n")], delimiter=separator)), wrong))
            at += 1
    return records
