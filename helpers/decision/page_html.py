"""A report as one HTML file: no script, nothing fetched, figures inside, and good to print on A4."""

import re
from html import escape

import pandas as pd

from .blocks import Block, Box, Figure, Section, printable

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # a browser shall fetch nothing
SHORT = 24  # letters of a cell that stays on one line if there is room, and whose words are never divided
HYPHENED = re.compile(r"(?<![\w.-])\w[\w.]*(?:-[\w.]*\w){1,5}(?![\w-])")
WHOLE = 4  # rows of a table that is not divided between pages
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #1c2024; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid #c9ced6; }
p { margin: .6rem 0; max-width: 46rem; overflow-wrap: anywhere; }
nav { columns: 2; font-size: .9rem; margin: 1rem 0; }
nav a { display: block; color: #1f6fb2; text-decoration: none; }
.joined { white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .88rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1.4rem .35rem 0; border-bottom: 1px solid #e3e6ea;
  white-space: pre-line; }
thead th { border-bottom: 2px solid #8a8f98; }
tbody th { font-weight: 600; min-width: 9rem; max-width: 17rem; }
td.long { overflow-wrap: anywhere; min-width: 12rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; }
figure img { width: 100%; max-width: 46rem; height: auto; display: block; }
figcaption { font-weight: 600; }
.box { border-left: .45rem solid #8a8f98; background: #f4f5f7; padding: .6rem 1rem; margin: .8rem 0;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.box.good { border-color: #2e7d4f; background: #eef6f1; }
.box.bad { border-color: #b3372f; background: #fbefee; }
.box.open { border-color: #b7791f; background: #fdf6e8; }
.box strong { display: block; }
@media screen and (max-width: 40rem) {
  table { font-size: .8rem; }
  th, td { padding-right: .7rem; }
  tbody th { min-width: 5.5rem; }
  td.long { min-width: 5.5rem; }
}
@page { size: A4; margin: 17mm 16mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
@media print {
  body { font-size: 10pt; margin: 0; padding: 0; max-width: none; }
  nav { display: none; }
  h1 { font-size: 18pt; }
  h2 { font-size: 12.5pt; margin-top: 6mm; break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  thead { display: table-header-group; }
  tr, figure, .box, .scroll.whole { break-inside: avoid; }
  p { max-width: none; orphans: 3; widows: 3; }
  p.leads, figcaption { break-after: avoid; }
  figure img { max-width: 150mm; }
}
"""


def html(title: str, subtitle: str, sections: list[Section]) -> str:
    """The whole file. All texts are escaped: what is in the reader's data is shown, never run."""
    links = "".join(f'<a href="#s{n}">{_text(section.title)}</a>' for n, section in enumerate(sections, 1))
    body = "".join(
        f'<section><h2 id="s{n}">{_text(section.title)}</h2>{"".join(map(_block, section.blocks))}</section>\n'
        for n, section in enumerate(sections, 1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n<p>{_prose(subtitle)}</p>\n<nav>{links}</nav>\n{body}</body>\n</html>\n"
    )


def _text(value) -> str:
    return escape(printable(value))


def _prose(value) -> str:
    """As `_text`, for what is read: a browser breaks lines at hyphens, which divides 2026-11-28 and T-1000."""
    return HYPHENED.sub(lambda found: _joined(found[0]), _text(value))


def _joined(word: str) -> str:
    """In one piece, if it has a number; a long one may be too wide for its cell."""
    is_one = len(word) <= SHORT and any(char.isdigit() for char in word)
    return f'<span class="joined">{word}</span>' if is_one else word


def _block(block: Block) -> str:
    if isinstance(block, pd.DataFrame):
        return _table(block)
    if isinstance(block, Figure):
        shows = _text(block.shows)
        return f'<figure><figcaption>{shows}</figcaption><img src="{block.data_uri}" alt="{shows}"></figure>'
    if isinstance(block, Box):
        return f'<div class="box {block.color}"><strong>{_text(block.title)}</strong>{_prose(block.text)}</div>'
    leads = ' class="leads"' if block.endswith(":") else ""
    return f"<p{leads}>{_prose(block)}</p>"


def _table(table: pd.DataFrame) -> str:
    """The table, with its index as the first column if it has names."""
    named = not isinstance(table.index, pd.RangeIndex)
    numeric = [pd.api.types.is_numeric_dtype(table[column]) and table[column].dtype != bool for column in table]
    kinds = [' class="number"' if number else "" for number in numeric]
    head = "".join(f"<th{kind}>{_text(column)}</th>" for column, kind in zip(table.columns, kinds, strict=True))
    rows = []
    for name, *values in table.astype(object).itertuples():
        cells = "".join(_cell(value, kind) for value, kind in zip(values, kinds, strict=True))
        rows.append(f"<tr>{f'<th>{_text(name)}</th>' if named else ''}{cells}</tr>")
    corner = f"<th>{_text(table.index.name or '')}</th>" if named else ""
    body = "".join(rows)
    whole = " whole" if len(table) <= WHOLE else ""
    return (
        f'<div class="scroll{whole}"><table><thead><tr>{corner}{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(value, kind: str) -> str:
    if not isinstance(value, str):
        return f"<td{kind}>{_prose(value)}</td>"
    long = ' class="long"' if len(value) > SHORT else ""
    return f'<td dir="auto"{long}>{_prose(value)}</td>'
