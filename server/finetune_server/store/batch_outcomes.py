"""What became of the requests of a batch, kept one by one until they are written to its files."""

import json
from collections.abc import Iterator

from .store import Store

KIND = "batch_outcome"
AT_ONCE = 500  # that are read at once


def add_outcome(store: Store, batch_id: str, line: int, outcome: dict, failed: bool) -> None:
    """Keep the outcome of the request on a line of the input file."""
    store.put(KIND, {"id": f"{batch_id}/{line:09}", "failed": failed, "outcome": outcome}, parent=batch_id)


def finished_lines(store: Store, batch_id: str) -> set[int]:
    """The lines whose outcome is kept."""
    rows = store.execute("SELECT id FROM objects WHERE kind = ? AND parent = ?", (KIND, batch_id))
    return {int(id.rpartition("/")[2]) for (id,) in rows}


def outcomes(store: Store, batch_id: str, failed: bool) -> Iterator[dict]:
    """Those that failed, or the others, in the order of the lines."""
    after = ""
    while rows := store.execute(
        "SELECT id, body FROM objects WHERE kind = ? AND parent = ? AND id > ? ORDER BY id LIMIT ?",
        (KIND, batch_id, after, AT_ONCE),
    ):
        after = rows[-1][0]
        kept = (json.loads(body) for _, body in rows)
        yield from (one["outcome"] for one in kept if one["failed"] == failed)


def drop_outcomes(store: Store, batch_id: str) -> None:
    store.execute("DELETE FROM objects WHERE kind = ? AND parent = ?", (KIND, batch_id))
