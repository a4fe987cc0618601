"""Tables for reading: prices with links to their sources, and texts aligned to the left."""

from html import escape

import pandas as pd
from IPython.display import HTML


def price_list(table: pd.DataFrame) -> HTML:
    """The prices of `prices.table`, USD for a million tokens, read / written. Each source is a link."""
    links = [
        f'<a href="{escape(url)}">{escape(name)}</a>' for name, url in zip(table.source, table.source_url, strict=True)
    ]
    rows = pd.DataFrame(
        {
            "model": table.model.map(escape),
            "since": table.valid_from,
            "training": table.training.map(_usd),
            "tuned": _both(table, "tuned"),
            "base": _both(table, "base"),
            "source": links,
        }
    )
    return HTML(_left(rows.to_html(index=False, escape=False)))


def left_aligned(table: pd.DataFrame) -> HTML:
    """A table whose texts stand at the left, and whole; its index is not shown."""
    with pd.option_context("display.max_colwidth", None):
        return HTML(_left(table.to_html(index=False)))


def _left(html: str) -> str:
    left = ' style="text-align: left"'
    return html.replace("<td>", f"<td{left}>").replace("<th>", f"<th{left}>")


def _both(table: pd.DataFrame, kind: str) -> list[str]:
    """The prices for tokens read and written; one dash if none is known."""
    both = zip(table[f"{kind}_input"], table[f"{kind}_output"], strict=True)
    return ["–" if pd.isna(read) else f"{_usd(read)} / {_usd(written)}" for read, written in both]


def _usd(amount: float) -> str:
    return "–" if pd.isna(amount) else f"{amount:g}"
