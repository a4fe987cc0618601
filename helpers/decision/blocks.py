"""What a report is made of, whatever it is written as: sections of paragraphs, tables, figures and boxes."""

import base64
from dataclasses import dataclass, field

import pandas as pd

COLORS = ("good", "bad", "open")  # of a box


@dataclass(frozen=True)
class Box:
    """A sentence that must be seen, such as a verdict. `color` is one of COLORS."""

    title: str
    text: str
    color: str


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG, what it shows, and its numbers for where no figure can be; None if a table has them."""

    svg: bytes
    shows: str
    numbers: pd.DataFrame | None

    @property
    def data_uri(self) -> str:
        """The drawing inside an address, so that no second file is needed."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode()}"


Block = str | pd.DataFrame | Box | Figure  # a text is a paragraph


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it."""

    title: str
    blocks: list[Block] = field(default_factory=list)


def printable(value) -> str:
    """A value as text without what no reader can see: control characters, and those that turn the writing direction."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    return "".join(char if char.isprintable() or char in "\n " else "\N{REPLACEMENT CHARACTER}" for char in text)
