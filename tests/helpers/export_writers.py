"""Writers of files as other programs write them, for the kinds of export that reading must understand."""

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd

from .export_talks import TALKS


class Kind(NamedTuple):
    """A way to write the talks into a new folder; `gives` are the examples, or the error in one sentence."""

    name: str
    write: Callable[[Path], Path]
    words: dict
    gives: list | str
    says: str = ""  # what the warning must name


def text(name: str, content: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content.encode(encoding))
        return folder / name

    return write


def as_json(name: str, value) -> Callable[[Path], Path]:
    lines = name.endswith("l")
    return text(name, "".join(json.dumps(v) + "\n" for v in value) if lines else json.dumps(value, indent=1))


def readable(name: str, values: list) -> Callable[[Path], Path]:
    """One value after another, each over several lines."""
    return text(name, "".join(json.dumps(value, indent=1) + "\n" for value in values))


def called(name: str, write: Callable[[Path], Path]) -> Callable[[Path], Path]:
    return lambda folder: write(folder).rename(folder / name)


def table(name: str, columns: dict, **how) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        frame = pd.DataFrame(columns)
        if name.endswith("parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_csv(folder / name, index=False, **how)
        return folder / name

    return write


def workbook(sheets: dict[str, list], merged: tuple[str, ...] = ()) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for area in merged:
                sheet.merge_cells(area)
        book.save(folder / "x.xlsx")
        return folder / "x.xlsx"

    return write


def folder_of(files: Mapping[str, str | bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


def gzipped(content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "x.csv.gz").write_bytes(gzip.compress(content.encode()))
        return folder / "x.csv.gz"

    return write


def archive(files: Mapping[str, str | bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "x.zip", "w") as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        return folder / "x.zip"

    return write


def each(make: Callable) -> list:
    return [make(n, *talk) for n, talk in enumerate(TALKS)]


def joined(lists: list[list]) -> list:
    return [entry for entries in lists for entry in entries]


def columns_of(rows: list[dict]) -> dict:
    return {key: [row[key] for row in rows] for key in rows[0]}


def questions(talks=TALKS) -> dict:
    return {"Question": [asked for asked, _ in talks], "Answer": [said for _, said in talks]}


def messages(talks=TALKS, customer="Customer", desk="Agent", **more) -> list[dict]:
    """A row for each message, the oldest first, two minutes apart."""
    rows = []
    for n, (asked, said) in enumerate(talks):
        for k, (who, what) in enumerate(((customer, asked), (desk, said))):
            when = f"2026-03-{n + 1:02} 09:{10 + 2 * k}"
            rows.append({"Ticket": n + 1, "From": who, "Text": what, "Time": when, **more})
    return rows
