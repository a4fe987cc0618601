"""The life of a fine-tuning job: its status, its events, and how one status becomes the next.

The events use the words of OpenAI's service where the same thing happens here. What does not
happen here, a moderation check for instance, is not claimed.
"""

import contextlib
import itertools
import logging
import time
from collections.abc import Callable, Collection

from ..metrics import FAILED_JOBS
from ..protocol.objects import new_id
from ..store.aliases import base_model_of
from ..store.store import Store
from ..store.webhook_outbox import announce
from .step import AnyStep

FINAL = ("succeeded", "failed", "cancelled")
AT_WORK = ("running", "pausing")
UNFINISHED = ("validating_files", "queued", *AT_WORK)
MAX_RESTARTS = 2  # of what trains, without a step in between; after one more, the job is taken to be the cause
RESTARTED = "The server was restarted while the job ran."
CUT_OFF = "The server's database could not be reached while the job ran."
CLUSTER_LOST = "The connection to the cluster was lost while the job ran. It goes on when the cluster is there again."
NOT_BY_THE_JOB = (CUT_OFF, CLUSTER_LOST)

log = logging.getLogger(__name__)


class Interrupted(Exception):
    """The job was cancelled or paused meanwhile: its work stops here."""


class Job:
    """One job in the store. Everything is read from the store when it is asked for, so no two copies disagree."""

    def __init__(self, store: Store, job_id: str):
        self.store, self.id = store, job_id

    @property
    def body(self) -> dict:
        """The job as the API shows it. Raises NotFound."""
        return self.store.get("job", self.id)

    @property
    def status(self) -> str:
        return self.body["status"]

    def change(self, **values) -> dict:
        """Set fields of the job, and return it as it is then."""
        with self.store.transaction():
            if values.get("status") in FINAL:
                announce(self.store, f"fine_tuning.job.{values['status']}", self.id)
            return self.store.change("job", self.id, **values)

    def require_status(self, statuses: Collection[str]) -> str:
        """The status now. Raises Interrupted if it is none of these."""
        if (status := self.status) not in statuses:
            raise Interrupted
        return status

    def transition(self, now: Collection[str], then: str, message: str, level: str = "info", **values) -> dict:
        """From one of the statuses `now` to `then`, with an event; `values` are set too. Raises Interrupted."""
        with self.store.transaction():
            self.require_status(now)
            self.log(message, level=level)
            return self.change(status=then, **values)

    def fail(self, code: str, message: str, param: str | None = None) -> None:
        """End the job as failed, unless it has ended already. Retries every second until the store can be written."""
        values = {
            "error": {"code": code, "message": message, "param": param},
            "finished_at": int(time.time()),
            "estimated_finish": None,
        }

        def fail() -> None:
            with contextlib.suppress(Interrupted):
                self.transition(UNFINISHED, "failed", message, level="error", **values)
                FAILED_JOBS.labels(code).inc()

        self.as_soon_as_possible(fail, f"failed ({message})")

    def as_soon_as_possible(self, change: Callable[[], None], what: str) -> None:
        """Do something with the job, which is tried again every second until the store can be read and written."""
        for attempt in itertools.count():
            try:
                return change()
            except OSError:
                if attempt % 60 == 0:  # at once, then every minute
                    log.exception("job %s %s, and the store cannot be used", self.id, what)
                time.sleep(1)

    def requeue_interrupted(self, why: str = RESTARTED, at_work: Collection[str] = AT_WORK) -> None:
        """What is done after what trained the job has ended: a job at work is queued again, unless it was the cause."""
        status = self.status
        if status in FINAL:
            self.store.drop_state(self.id)
        elif status in at_work and self._interruptions_since_last_step() >= MAX_RESTARTS:
            message = (
                "What trained this job ended three times at the same step. Perhaps its memory was too small: take a "
                "smaller batch_size, or shorter examples."
            )
            self.fail("server_error", message)
        else:
            self._requeue(why, at_work)

    def requeue_cut_off(self, why: str = CUT_OFF) -> None:
        """Queue the job again after something was away that no job can end, as soon as the store can be written."""
        self.as_soon_as_possible(lambda: self._requeue(why, AT_WORK), "is to be queued again")

    def _requeue(self, why: str, at_work: Collection[str]) -> None:
        with self.store.transaction():
            if (status := self.status) in at_work:
                self.change(status="paused" if status == "pausing" else "queued", estimated_finish=None)
                self.log(why, level="warn")

    def _interruptions_since_last_step(self) -> int:
        newest = self.store.newest("event", self.id, None, 10)
        since = itertools.takewhile(lambda event: event["type"] != "metrics", newest)
        return sum(event["level"] == "warn" and event["message"] not in NOT_BY_THE_JOB for event in since)

    # Events

    def log(self, message: str, *, level: str = "info", type: str = "message", data: dict | None = None) -> None:
        """Add an event."""
        event = {
            "id": new_id("ftevent-"),
            "object": "fine_tuning.job.event",
            "created_at": int(time.time()),
            "level": level,
            "message": message,
            "type": type,
        }
        self.store.put("event", event | ({"data": data} if data else {}), parent=self.id)
        log.info("job %s: %s", self.id, message, extra={"fields": {"job": self.id, "event": type, **(data or {})}})

    def log_queue_position(self) -> None:
        """Say how many jobs a queued job waits for, if there are any."""
        jobs = self.store.all("job")
        here = [job["id"] for job in jobs].index(self.id)
        own = base_model_of(self.store, jobs[here]["model"])
        before = sum(
            base_model_of(self.store, job["model"]) == own  # others wait until a server with their model is started
            and (job["status"] in AT_WORK or (job["status"] == "queued" and i < here))
            for i, job in enumerate(jobs)
        )
        if before:
            self.log(f"Job is queued behind {before} job{'s' if before > 1 else ''}")

    def log_step(self, step: AnyStep) -> None:
        """Add the event with what a step measured."""
        with self.store.transaction():
            self.log(step.message(), type="metrics", data=step.data())
            self.store.count_trained(step.tokens)

    def logged_metrics(self) -> list[dict]:
        """The data of all metrics events, one per step, in order."""
        return [event["data"] for event in self.store.all("event", self.id) if event["type"] == "metrics"]
