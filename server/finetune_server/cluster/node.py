"""What runs on a node: one job, trained by the code that trains it on the server, in a store of its own."""

import tempfile
import threading
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ..graders.grade import Question, Reply
from ..model.device import best_device
from ..training.job import Job
from ..training.runner import JobRunner
from ..training.training_run import train
from .changes import Change, NodeStore
from .parcel import Parcel, versions

if TYPE_CHECKING:
    pass


class Node:
    """Trains one job, and is told meanwhile what becomes of it on the server."""

    def train(self, parcel: Parcel, model: Iterable[tuple[str, bytes]], address: str) -> Iterator[str | Change]:
        """The `address` of this node, when it begins; then the changes of the training as they are made.

        `model` are the files of the base model, names and contents; one is held at a time, since it may be gigabytes.
        """
        with tempfile.TemporaryDirectory(prefix="finetune-server-", ignore_cleanup_errors=True) as folder:
            changes = SimpleQueue[Change | None]()
            self._parcel, self._folder, self._engine = parcel, Path(folder) / "model", None
            self._store = NodeStore(Path(folder) / "store", parcel, changes.put)
            yield address
            threading.Thread(target=self._work, args=(model, address, changes.put), daemon=True).start()
            for change in iter(changes.get, None):  # noqa: UP028 (Ray sends values in, which an iterator cannot take)
                yield change
            self._store.close()

    def tell(self, status: str) -> None:
        """The job's status on the server."""
        self._store.tell(self._parcel.job_id, status)

    def _work(self, model: Iterable[tuple[str, bytes]], address: str, send) -> None:
        runner = JobRunner(self._store, self._folder, self._parcel.base_model)
        try:
            runner.attempt(partial(self._train, model, address), Job(self._store, self._parcel.job_id))
        finally:
            send(None)

    def _train(self, model: Iterable[tuple[str, bytes]], address: str, job: Job) -> None:
        if here := differences(self._parcel.versions):
            job.fail("cluster_error", f"The node {address} has {here}: install the same there.")
            return
        self._folder.mkdir()
        for name, content in model:
            (self._folder / name).write_bytes(content)
        train(job, self._folder, best_device(), self._ask)

    def _ask(self, questions: list[Question]) -> list[Reply | Exception]:
        """What graders ask of models. The engine is started for the first question: most jobs have none."""
        from ..inference.engine import Engine
        from ..inference.grading_models import ask_models

        if questions and not self._engine:
            self._engine: Engine | None = Engine(self._folder, self._parcel.base_model, self._store, best_device())
            self._engine.start()
        return ask_models(self._engine, questions) if self._engine else []


def differences(servers: dict[str, str]) -> str:
    """What is of another version here than on the server, in words; empty if nothing is."""
    here = versions()
    return ", ".join(
        f"{name} {here[name]} where the server has {own}" for name, own in servers.items() if here[name] != own
    )
