"""Where a tuned model comes from: its base, its data, its settings."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ..model.download import hub_name, licence, weights_sha256
from ..store.content import ADAPTER_FILES
from ..store.database import BrokenStore
from ..store.store import NotFound, Store


@dataclass(frozen=True)
class Origin:
    """`job` and `step` are those of the training, None for an adapter that was taken in; `step` that of a checkpoint.

    `files` are (what it is, its id, the SHA-256 of its bytes, None if it was deleted); `lora` is PEFT's configuration;
    `page` is the text that came with an adapter, or "".
    """

    name: str
    base: str
    base_sha256: str
    licence: str | None
    job: dict | None
    step: int | None
    files: list[tuple[str, str, str | None]]
    lora: dict
    page: str


def origin(store: Store, base_folder: Path, base_model: str, name: str) -> Origin:
    """What the store and the folder of the base model know of a tuned model. Raises NotFound and BrokenStore."""
    folder = store.weights_folder(name)
    job, step = _training(store, name)
    ids = [(what, job[what]) for what in ("training_file", "validation_file") if job[what]] if job else []
    page = folder / "README.md"
    return Origin(
        name=name,
        base=hub_name(base_folder, base_model),
        base_sha256=weights_sha256(base_folder),
        licence=licence(base_folder, base_model),
        job=job,
        step=step,
        files=[(what.replace("_", " "), id, _sha256(store, id)) for what, id in ids],
        lora=json.loads((folder / ADAPTER_FILES[0]).read_text(encoding="utf-8")),
        page=page.read_text(encoding="utf-8") if page.is_file() else "",
    )


def _training(store: Store, name: str) -> tuple[dict | None, int | None]:
    """The job that made a model, and the step if the model is a checkpoint."""
    for job in store.all("job"):
        if job["fine_tuned_model"] == name:
            return job, None
        for checkpoint in store.all("checkpoint", job["id"]):
            if checkpoint["fine_tuned_model_checkpoint"] == name:
                return job, checkpoint["step_number"]
    return None, None


def _sha256(store: Store, file_id: str) -> str | None:
    try:
        with open(store.file_path(file_id), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (NotFound, BrokenStore):
        return None
