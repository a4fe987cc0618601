"""All that a node needs to train a job, taken out of the server's store: objects, content, and the saved state."""

import contextlib
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from ..graders.read_grader import read_grader
from ..store.content import remove
from ..store.database import BrokenStore
from ..store.store import NotFound, Store
from ..training.job import Job

Content = bytes | dict[str, bytes]  # of a file, or of the files in a folder


@dataclass
class Parcel:
    """`objects` are kind, body and parent; `contents` are by the path below the store's folder."""

    job_id: str
    base_model: str
    shards: int  # over which the node spreads it
    versions: dict[str, str]
    objects: list[tuple[str, dict, str | None]] = field(default_factory=list)
    contents: dict[str, Content] = field(default_factory=dict)


def pack(job: Job, base_model: str, shards: int) -> Parcel:
    """What is missing or damaged is left out: the node finds that, and its words become the job's error."""
    store, body = job.store, job.body
    parcel = Parcel(job.id, base_model, shards, versions())
    parcel.objects += [("alias", alias, None) for alias in store.all("alias")]
    parcel.objects.append(("job", body, None))
    parcel.objects += [("event", event, job.id) for event in store.all("event", job.id)]
    for name in filter(None, (body["training_file"], body["validation_file"])):
        with contextlib.suppress(NotFound, BrokenStore):
            parcel.objects.append(("file", store.get("file", name), None))
            parcel.contents[f"files/{name}"] = store.file_path(name).read_bytes()
    for checkpoint in store.all("checkpoint", job.id):
        parcel.objects.append(("checkpoint", checkpoint, job.id))
        with contextlib.suppress(NotFound):  # its weights stay: a node deletes checkpoints, and reads none
            parcel.objects.append(("model", store.get("model", checkpoint["fine_tuned_model_checkpoint"]), None))
    for name in _models(body):
        with contextlib.suppress(NotFound, BrokenStore):
            model = store.get("model", name)
            parcel.objects.append(("model", model, None))
            parcel.contents[f"models/{model['folder']}"] = read_content(store.weights_folder(name))
    state = store.state_path(job.id)
    if state.exists():
        parcel.contents[f"states/{state.name}"] = state.read_bytes()
    return parcel


def unpack(parcel: Parcel, store: Store) -> None:
    """Fill the empty store of a node."""
    for path, content in parcel.contents.items():
        write_content(store.folder / path, content)
    for kind, body, parent in parcel.objects:
        store.put(kind, body, parent)


def _models(job: dict) -> list[str]:
    """The names of the models that a job starts from or asks; the base model has no weights in the store."""
    method = job["method"]
    asked = read_grader(method["reinforcement"]["grader"]).models() if method["type"] == "reinforcement" else []
    return [job["model"], *asked]


def versions() -> dict[str, str]:
    """What must be the same on the server and on its nodes."""
    packages = ("finetune-server", "torch", "transformers", "peft")
    return {"Python": platform.python_version(), **{name: version(name) for name in packages}}


def read_content(path: Path) -> Content:
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes()


def write_content(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    path.mkdir()
    for name, part in content.items():
        (path / name).write_bytes(part)


def write_whole(path: Path, content: Content) -> None:
    """Write a file or folder that readers find whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    remove(part)  # of an attempt that failed
    write_content(part, content)
    part.rename(path)
