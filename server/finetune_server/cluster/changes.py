"""What a training changes in the store of its node, and the same changes in the server's store.

The server's store decides: a job that was cancelled or paused there takes no more changes.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..metrics import FAILED_JOBS
from ..store.content import write_atomic
from ..store.store import NotFound, Store
from ..training.job import AT_WORK, Job
from .parcel import Content, Parcel, read_content, unpack, write_content


@dataclass
class Change:
    """One transaction. `job` are fields of the job, `contents` are by the path below the store's folder."""

    objects: list[tuple[str, dict, str | None]] = field(default_factory=list)
    job: dict = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    deleted_models: list[str] = field(default_factory=list)
    state: bytes = b""
    trained_tokens: int = 0


class NodeStore(Store):
    """A node's store of one job. Each change is handed to `send`, in order, as soon as it is made."""

    def __init__(self, folder: Path, parcel: Parcel, send: Callable[[Change], None]):
        self._send: Callable[[Change], None] | None = None  # what is unpacked is no change
        self._change: Change | None = None  # of the transaction that is open
        super().__init__(folder)
        unpack(parcel, self)
        self._send = send

    @contextlib.contextmanager
    def _recorded(self) -> Iterator[Change]:
        """A transaction, and what is known of its change; a transaction inside another one is a part of it."""
        with self._lock:
            if self._change is not None:
                yield self._change
                return
            self._change = Change()
            try:
                with super().transaction():
                    yield self._change
                if self._send and self._change != Change():
                    self._change.contents = self._contents(self._change)
                    self._send(self._change)
            finally:
                self._change = None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with self._recorded():
            yield

    def put(self, kind: str, body: dict, parent: str | None = None) -> dict:
        with self._recorded() as change:
            if kind not in ("job", "unowned"):  # fields of the job come by `change`
                change.objects.append((kind, body, parent))
            return super().put(kind, body, parent)

    def change(self, kind: str, id: str, **values) -> dict:
        with self._recorded() as change:
            if kind == "job":
                change.job |= values
            return super().change(kind, id, **values)

    def count_trained(self, tokens: int) -> None:
        with self._recorded() as change:
            change.trained_tokens += tokens

    def _contents(self, change: Change) -> dict[str, Content]:
        """The bytes of new files, and the weights of new models."""
        paths = [f"files/{body['id']}" for kind, body, _ in change.objects if kind == "file"]
        paths += [f"models/{body['folder']}" for kind, body, _ in change.objects if kind == "model"]
        return {path: read_content(self.folder / path) for path in paths}

    def delete_model(self, name: str) -> None:
        with self._recorded() as change:
            change.deleted_models.append(name)
            super().delete_model(name)

    def state_saved(self, job_id: str) -> None:
        assert self._send
        self._send(Change(state=self.state_path(job_id).read_bytes()))

    def tell(self, job_id: str, status: str) -> None:
        """The job's status in the server's store, which decides."""
        super().change("job", job_id, status=status)


def make(change: Change, job: Job) -> None:
    """Make a node's change in the server's store. Raises Interrupted if the job is not at work there any more."""
    store = job.store
    contents = [(store.folder / path, partial(write_content, content=one)) for path, one in change.contents.items()]
    with store.new_content(*contents):
        job.require_status(("queued", *AT_WORK))
        for kind, body, parent in change.objects:
            store.put(kind, body, parent)
        if change.job:
            job.change(**change.job)
    if change.trained_tokens:
        store.count_trained(change.trained_tokens)
    if change.job.get("status") == "failed":
        FAILED_JOBS.labels(change.job["error"]["code"]).inc()
    if change.state:
        write_atomic(store.state_path(job.id), change.state)
        store.state_saved(job.id)
    for name in change.deleted_models:
        with contextlib.suppress(NotFound):  # somebody deleted it meanwhile
            store.delete_model(name)
