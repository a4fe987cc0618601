"""What runs on a node: one job, trained by the code that trains it on the server, in a store of its own."""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from ..graders.grade import Question, Reply
from ..inference.engine import Engine
from ..inference.grading_models import ask_models
from ..inference.local_engine import LocalEngine
from ..model.device import best_device
from ..training.job import Job
from ..training.runner import JobRunner
from ..training.training_run import train
from .changes import Change, NodeStore
from .own_folder import own_folder
from .parcel import Parcel, versions


class Node:
    """Trains one job, and is told meanwhile what becomes of it on the server."""

    def __init__(self, parcel: Parcel, address: str):
        self._parcel, self._address = parcel, address
        self._store: NodeStore | None = None  # while the job is here
        self._lock = threading.Lock()  # of the attribute above: a store that is told something is not closed meanwhile
        self._engine: Engine | None = None

    def train(self, model: Iterable[tuple[str, bytes]]) -> Iterator[str | Change]:
        """The address of this node, when it begins; then the changes of the training as they are made.

        `model` are the files of the base model, names and contents; one is held at a time, since it may be gigabytes.
        """
        with own_folder() as folder:
            changes = SimpleQueue[Change | None]()
            self._store = NodeStore(Path(folder) / "store", self._parcel, changes.put)
            yield self._address
            arguments = (self._store, Path(folder) / "model", model, changes.put)
            threading.Thread(target=self._work, args=arguments, daemon=True).start()
            for change in iter(changes.get, None):  # noqa: UP028 (Ray sends values in, which an iterator cannot take)
                yield change
            with self._lock:
                self._store.close()
                self._store = None

    def tell(self, status: str) -> None:
        """The job's status on the server."""
        with self._lock:
            if self._store:
                self._store.tell(self._parcel.job_id, status)

    def _work(
        self, store: NodeStore, folder: Path, model: Iterable[tuple[str, bytes]], send: Callable[[Change | None], None]
    ) -> None:
        def train_here(job: Job) -> None:
            if here := differences(self._parcel.versions):
                job.fail("cluster_error", f"The node {self._address} has {here}: install the same there.")
                return
            folder.mkdir()
            for name, content in model:
                (folder / name).write_bytes(content)
            train(job, folder, best_device(), self._parcel.shards, partial(self._ask, store, folder))

        try:
            JobRunner(store, folder, self._parcel.base_model).attempt(train_here, Job(store, self._parcel.job_id))
        finally:
            send(None)

    def _ask(self, store: NodeStore, folder: Path, questions: list[Question]) -> list[Reply | Exception]:
        """What graders ask of models. The engine is started for the first question: most jobs have none."""
        if not questions:
            return []
        if not self._engine:
            self._engine = LocalEngine(folder, self._parcel.base_model, store.weights_folder, best_device())
            self._engine.start()
        return ask_models(self._engine, questions)


def differences(servers: dict[str, str]) -> str:
    """What is of another version here than on the server, in words; empty if nothing is."""
    here = versions()
    return ", ".join(
        f"{name} {here[name]} where the server has {own}" for name, own in servers.items() if here[name] != own
    )
