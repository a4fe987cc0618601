"""The status of a job: which there are, and how one becomes another."""

import contextlib
import itertools
import logging
import sqlite3
import time
from collections.abc import Collection

from . import record
from .store import Store

FINAL = ("succeeded", "failed", "cancelled")
AT_WORK = ("running", "pausing")
UNFINISHED = ("validating_files", "queued", *AT_WORK)
RESTARTS = 2  # of a server while it trained a job, without a step in between


class Interrupted(Exception):
    """The job was cancelled or paused meanwhile; nothing more is done for it now."""


def expect(store: Store, job: dict, statuses: Collection[str]) -> str:
    """The job's status now. Raises Interrupted if it is none of these."""
    status = store.get("job", job["id"])["status"]
    if status not in statuses:
        raise Interrupted
    return status


def advance(store: Store, job: dict, now: Collection[str], then: str, message: str, level="info", **values) -> dict:
    """From one status to the next, with an event. Raises Interrupted if the job was cancelled or paused meanwhile."""
    with store.transaction():
        expect(store, job, now)
        record.add_event(store, job["id"], message, level=level)
        return store.change("job", job["id"], status=then, **values)


def fail(store: Store, job: dict, code: str, message: str, param: str | None = None) -> None:
    """The job has failed, unless it has ended otherwise. Where that cannot be written, as soon as it can."""
    error = {"code": code, "message": message, "param": param}
    for attempt in itertools.count():
        try:
            with contextlib.suppress(Interrupted):
                advance(
                    store,
                    job,
                    UNFINISHED,
                    "failed",
                    message,
                    level="error",
                    error=error,
                    finished_at=int(time.time()),
                    estimated_finish=None,
                )
            return
        except (OSError, sqlite3.Error):  # the disk is full: say so as soon as there is room
            if not attempt:
                logging.getLogger(__name__).exception("job %s failed, which cannot be noted yet", job["id"])
            time.sleep(1)


def take_up(store: Store) -> None:
    """What the last server left when it ended: a job at work is queued again, unless it crashes every server."""
    for job in store.all("job"):
        if job["status"] in FINAL:
            store.drop_state(job["id"])
        elif job["status"] in AT_WORK and record.restarts_in_vain(store, job["id"]) >= RESTARTS:
            message = (
                "The server ended three times at the same step of this job. Perhaps its memory was too small: take a "
                "smaller batch_size, or shorter examples."
            )
            fail(store, job, "server_error", message)
        elif job["status"] in AT_WORK:
            with store.transaction():
                status = "queued" if job["status"] == "running" else "paused"
                store.change("job", job["id"], status=status, estimated_finish=None)
                record.add_event(store, job["id"], record.RESTARTED, level="warn")
