"""Take jobs from validation, which is done here, to a tuned model, which is trained on a cluster.

The store stays the queue. What a node has changed in its store is made in this one, so a job whose node is lost goes
on from the state that was saved last, as it does after a restart of the server.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from ..graders.grade import Ask
from ..store.store import Store
from ..training.job import AT_WORK, CLUSTER_LOST, FINAL, Job
from ..training.runner import JobRunner
from .changes import make
from .cluster import Cluster
from .orders_and_news import News, Tell, Train
from .parcel import pack

log = logging.getLogger(__name__)

HANDED_OVER = ("queued", *AT_WORK)


@dataclass
class Run:
    """One attempt to train a job."""

    job: Job
    node: str = ""  # its address, once the job is there
    at_work: bool = False  # the job was seen at work
    pausing: bool = False  # the node knows it


class ClusterRunner(JobRunner):
    """One thread validates, as always; another one hands jobs over to the cluster and makes what is changed there."""

    def __init__(
        self,
        store: Store,
        model_folder: Path,
        base_model: str,
        shards: int,
        succeeded: Callable[[str], object],
        cluster: Cluster,
    ):
        super().__init__(store, model_folder, base_model, shards, succeeded)
        del self._work["queued"]
        self._cluster, self._connected = cluster, True
        self._inbox: SimpleQueue[News | None] = SimpleQueue()  # None: some job's status has changed
        self._runs: dict[int, Run] = {}
        self._numbers = itertools.count(1)

    def start(self, device: str, ask: Ask) -> None:
        super().start(device, ask)
        self._cluster.listen(lambda said: self._inbox.put(said) if isinstance(said, News) else None)
        threading.Thread(target=self._serve, daemon=True, name="jobs on the cluster").start()
        self._inbox.put(None)

    def wake(self) -> None:
        super().wake()
        self._inbox.put(None)

    def log_queue_position(self, job: Job) -> None:
        """Nothing: for which jobs there is room is known to the cluster."""

    def _serve(self) -> None:
        while True:
            self._react(self._inbox.get())

    def _react(self, news: News | None) -> None:
        """Take in what the cluster says, and tell it what is new here."""
        try:
            if news:
                self._take(news)
                news = None  # what was taken is not taken again
            self._tell()
            if self._connected:
                self._hand_over()
        except OSError:  # the store cannot be read or written: the jobs wait until it can
            log.exception("jobs on the cluster")
            time.sleep(1)
            self._inbox.put(news)

    def _hand_over(self) -> None:
        """Give the cluster all jobs that are queued: which of them wait is Ray's business."""
        while job := self._oldest("queued", besides={run.job.id for run in self._runs.values()}):
            self.attempt(self._train, job)

    def _train(self, job: Job) -> None:
        parcel, number = pack(job, self.base_model, self.shards), next(self._numbers)
        self._runs[number] = Run(job)
        self._cluster.send(Train(number, parcel))

    def _tell(self) -> None:
        """Tell the cluster which jobs were paused or cancelled here, have ended, or are to begin again."""
        for number, run in [*self._runs.items()]:
            status = run.job.status
            run.at_work |= status in AT_WORK
            if status not in HANDED_OVER or (status == "queued" and run.at_work):
                if status in FINAL:
                    self.store.drop_state(run.job.id)
                del self._runs[number]  # whatever it still says is not heard
            elif status != "pausing" or run.pausing:
                continue
            run.pausing = True
            self._cluster.send(Tell(number, status))

    def _take(self, news: News) -> None:
        """Take in what the cluster says."""
        if news.what in ("connected", "disconnected"):
            self._connected = news.what == "connected"
            for run in self._runs.values():
                run.job.requeue_cut_off(CLUSTER_LOST)
            self._runs.clear()
        elif run := self._runs.get(news.run):
            if news.what == "begun":
                run.node = news.why
            elif news.change:
                self.attempt(partial(make, news.change), run.job)
            elif news.what == "failed":
                run.job.fail("cluster_error", news.why)
            else:
                log.warning("job %s: %s", run.job.id, news.why)
                where = f"The node {run.node} was lost while the job ran." if run.node else "The job found no node."
                run.job.requeue_interrupted(f"{where} It goes on on another one.", HANDED_OVER)
                del self._runs[news.run]
