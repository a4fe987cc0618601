"""Send events to the endpoints of webhooks, and again where that failed."""

import json
import logging
import threading
import time
from collections.abc import Collection
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from ..store.database import DatabaseAway
from ..store.store import NotFound, Store
from ..store.webhook_outbox import DELIVERY, ENDPOINT
from .address import BadAddress, check_address
from .signing import signatures

RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)  # Standard Webhooks' schedule: three days
LOOK_SECONDS = 1.0  # how often the thread looks for events that are due
TIMEOUT_SECONDS = 10.0

log = logging.getLogger(__name__)


class Courier(threading.Thread):
    """The thread that sends what is due. An event that could not be sent stays in the store for the next try."""

    def __init__(self, store: Store, hosts: Collection[str]):
        super().__init__(daemon=True, name="webhooks")
        self.store, self.hosts = store, hosts

    def run(self) -> None:
        away = False
        while True:
            try:
                for delivery in self.store.all(DELIVERY):
                    if delivery["due"] <= time.time():
                        self._deliver(delivery)
                away = False
            except DatabaseAway as error:
                if not away:  # said once, not every second until it is back
                    log.warning("webhooks wait for the database: %s", error)
                away = True
            except Exception:  # whatever it was, the next events are to be sent
                log.exception("webhooks")
            time.sleep(LOOK_SECONDS)

    def _deliver(self, delivery: dict) -> None:
        try:
            endpoint = self.store.get(ENDPOINT, delivery["endpoint"])
            failure = self._failure(endpoint, delivery["event"])
        except NotFound:  # the endpoint was deleted
            failure = None
        if failure is None:
            return self.store.delete(DELIVERY, delivery["id"])
        log.warning("%s was not told of %s: %s", delivery["endpoint"], delivery["event"]["id"], failure)
        if delivery["failures"] == len(RETRY_SECONDS):
            return self.store.delete(DELIVERY, delivery["id"])
        due = time.time() + RETRY_SECONDS[delivery["failures"]]
        self.store.change(DELIVERY, delivery["id"], failures=delivery["failures"] + 1, due=due)

    def _failure(self, endpoint: dict, event: dict) -> str | None:
        """Why the endpoint was not told; None if it was."""
        try:
            check_address(endpoint["url"], self.hosts)  # again: the server may have been started with other hosts
            status = send(endpoint, event)
        except (OSError, HTTPException, BadAddress) as error:
            return f"{type(error).__name__}: {error}"
        return None if 200 <= status < 300 else f"it answered {status}"


def send(endpoint: dict, event: dict) -> int:
    """Send an event once, and return the status of the answer. A redirection is not followed.

    Raises OSError or HTTPException where there is no answer.
    """
    parts, body, now = urlsplit(endpoint["url"]), json.dumps(event).encode(), int(time.time())
    headers = {
        "content-type": "application/json",
        "user-agent": "finetune-server",
        "webhook-id": event["id"],
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(valid_secrets(endpoint), event["id"], now, body),
    }
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def valid_secrets(endpoint: dict) -> list[str]:
    """The secret, and the one before it as long as that is to be accepted."""
    older = endpoint["older_secret"]
    return [endpoint["signing_secret"], *([older["secret"]] if older and older["until"] > time.time() else [])]
