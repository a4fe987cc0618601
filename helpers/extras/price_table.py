"""The prices as a table for reading, with links to their sources."""

from html import escape

import pandas as pd
from IPython.display import HTML

from .. import text_tables


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
            "retires": table.retires.map(lambda day: "" if pd.isna(day) else str(day)[:10]),
            "source": links,
        }
    )
    return HTML(text_tables.as_html(rows, escape=False))


def _both(table: pd.DataFrame, kind: str) -> list[str]:
    """The prices for tokens read and written; one dash if none is known."""
    both = zip(table[f"{kind}_input"], table[f"{kind}_output"], strict=True)
    return ["–" if pd.isna(read) else f"{_usd(read)} / {_usd(written)}" for read, written in both]


def _usd(amount: float) -> str:
    return "–" if pd.isna(amount) else f"{amount:g}"
