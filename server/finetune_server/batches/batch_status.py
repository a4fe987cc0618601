"""How one status of a batch becomes the next."""

import time
from collections.abc import Collection

from ..store.store import Store
from ..store.webhook_outbox import announce

FINAL = ("completed", "failed", "expired", "cancelled")
CAN_BE_CANCELLED = ("validating", "in_progress")


class Moved(Exception):
    """The batch has another status meanwhile, cancelling for instance: the work that was to be done stops here."""


def move(store: Store, batch_id: str, now: Collection[str], then: str, **values) -> dict:
    """From one of the statuses `now` to `then`, whose time is noted; `values` are set too. Raises Moved, NotFound."""
    with store.transaction():
        if store.get("batch", batch_id)["status"] not in now:
            raise Moved
        if then in FINAL:
            announce(store, f"batch.{then}", batch_id)
        return store.change("batch", batch_id, status=then, **{f"{then}_at": int(time.time())}, **values)
