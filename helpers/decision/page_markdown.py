"""A report as Markdown. A file of text holds no figure, so it has their numbers."""

import re

import pandas as pd

from .blocks import Block, Box, Figure, Section, printable

# what means something in one of Markdown's dialects; "-9.50" and "0.06" begin no list
SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&]|^(?:#|[+-](?=[\s+-]|$)|\d+(?=[.)](?:\s|$)))")


def markdown(title: str, subtitle: str, sections: list[Section]) -> str:
    """The whole file. All texts are escaped: nothing in the reader's data is markup."""
    parts = [f"# {_text(title)}", _text(subtitle)]
    for section in sections:
        parts += [f"## {_text(section.title)}", *map(_block, section.blocks)]
    return "\n\n".join(parts) + "\n"


def _text(value) -> str:
    return SPECIAL.sub(_escaped, " ".join(printable(value).split()))


def _escaped(found: re.Match) -> str:
    """A number that would begin a list is divided from its full stop; any other sign gets a backslash."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _block(block: Block) -> str:
    if isinstance(block, pd.DataFrame):
        return _table(block)
    if isinstance(block, Figure):
        return f"**{_text(block.shows)}**" + ("" if block.numbers is None else f"\n\n{_table(block.numbers)}")
    if isinstance(block, Box):
        return f"> **{_text(block.title)}** {_text(block.text)}"
    return _text(block)


def _table(table: pd.DataFrame) -> str:
    named = not isinstance(table.index, pd.RangeIndex)
    rows = [[table.index.name or "", *table.columns], *table.astype(object).itertuples()]
    head, *body = ["| " + " | ".join(map(_cell, row if named else row[1:])) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * (len(table.columns) + named), *body])


def _cell(value) -> str:
    """A cell on one line; its own lines are kept apart."""
    return "<br>".join(_text(line) for line in printable(value).split("\n"))
