"""What runs on a node: one job, trained by the code that trains it on the server, in a store of its own."""

import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import ray  # pyright: ignore[reportMissingImports] (an extra)

from ..graders.grade import Question, Reply
from ..model.device import best_device
from ..training.job import Job
from ..training.runner import JobRunner
from ..training.training_run import train
from .changes import Change, NodeStore
from .parcel import Parcel, versions

if TYPE_CHECKING:
    from ..inference.engine import Engine


class Node:
    """An actor that trains one job, and is told meanwhile what becomes of it on the server."""

    def train(self, parcel: Parcel, model: dict[str, "ray.ObjectRef"]) -> Iterator[str | Change]:
        """The address of the node, when it begins; then the changes of the training as they are made.

        `model` are the files of the base model.
        """
        with tempfile.TemporaryDirectory(prefix="finetune-server-") as folder:
            self._parcel, self._folder, changes = parcel, Path(folder), SimpleQueue[Change | None]()
            self._store = NodeStore(self._folder / "store", parcel, changes.put)
            yield node_address()
            threading.Thread(target=self._work, args=(model, changes), daemon=True).start()
            yield from iter(changes.get, None)

    def tell(self, status: str) -> None:
        """The job's status on the server."""
        self._store.tell(self._parcel.job_id, status)

    def _work(self, model: dict[str, "ray.ObjectRef"], changes: SimpleQueue[Change | None]) -> None:
        self._engine: Engine | None = None
        job = Job(self._store, self._parcel.job_id)
        try:
            runner = JobRunner(self._store, self._folder / "model", self._parcel.base_model)
            runner.attempt(partial(self._train, model), job)
        finally:
            changes.put(None)

    def _train(self, model: dict[str, "ray.ObjectRef"], job: Job) -> None:
        if here := differences(self._parcel.versions):
            job.fail("cluster_error", f"The node {node_address()} has {here}: install the same there.")
            return
        folder = self._folder / "model"
        folder.mkdir()
        for name, content in model.items():  # one after the other: each may be gigabytes
            (folder / name).write_bytes(ray.get(content))
        train(job, folder, best_device(), self._ask)

    def _ask(self, questions: list[Question]) -> list[Reply | Exception]:
        """What graders ask of models. The engine is started for the first question: most jobs have none."""
        from ..inference.engine import Engine
        from ..inference.grading_models import ask_models

        if questions and not self._engine:
            self._engine = Engine(self._folder / "model", self._parcel.base_model, self._store, best_device())
            self._engine.start()
        return ask_models(self._engine, questions) if self._engine else []


def node_address() -> str:
    return ray.util.get_node_ip_address()


def differences(servers: dict[str, str]) -> str:
    """What is of another version here than on the server, in words; empty if nothing is."""
    here = versions()
    return ", ".join(
        f"{name} {here[name]} where the server has {own}" for name, own in servers.items() if here[name] != own
    )
