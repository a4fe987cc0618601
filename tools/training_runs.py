"""What all experiments share: one training to its end, and a result file that goes on where it stopped."""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from helpers import jobs, progress, training_data
from helpers.paths import write_atomic

from .live_server import live_backend
from .provenance import data_hashes, what_answered

Run = TypeVar("Run")
MEASURED_WITH = ("server", "client", "processor", "cores")  # of provenance: they may change from session to session


def ended(
    client: OpenAI,
    base_model: str,
    examples: list[dict],
    settings: dict,
    seed: int,
    validation_file: Path | None = None,
    method: str = "supervised",
    **more,
) -> FineTuningJob:
    """The job that trained the base model on the examples, however it ended.

    `settings` are the hyperparameters of the method, `more` what else belongs to it: its grader, for instance. An equal
    job that has succeeded before is not made again.
    """
    other = {} if method == "supervised" else {"method": method, **more}  # older jobs have no method in their label
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{len(examples)}_{seed}.jsonl"
        training_data.write_jsonl(path, examples)
        files = {"training_file": jobs.upload_once(client, path).id}
        if validation_file:
            files["validation_file"] = jobs.upload_once(client, validation_file).id
        label = jobs.label(path, model=base_model, seed=seed, **settings, **other)
    job = jobs.train_once(
        client,
        budget_usd=None,
        metadata=label | {"course": "T-1000, experiment"},
        model=base_model,
        seed=seed,
        **files,
        method={"type": method, method: {"hyperparameters": settings, **more}},
    )
    while job.status not in progress.FINAL:
        time.sleep(2)
        job = client.fine_tuning.jobs.retrieve(job.id)
    return job


def train(
    client: OpenAI,
    base_model: str,
    examples: list[dict],
    settings: dict,
    seed: int,
    validation_file: Path | None = None,
    method: str = "supervised",
    **more,
) -> FineTuningJob:
    """As `ended`, for a job that has to succeed. Raises RuntimeError if it fails."""
    job = ended(client, base_model, examples, settings, seed, validation_file, method, **more)
    if job.status != "succeeded":
        raise RuntimeError(f"{settings} {job.status}: {job.error and job.error.message}")
    return job


def finish(
    path: Path,
    data: Sequence[str],
    runs: Iterable[Run],
    measure: Callable[[OpenAI, str, Run], dict],
    again: str,
    fresh: bool = False,
) -> None:
    """Make the runs that a result file lacks; each is written as soon as it is there.

    `data` are the patterns of the files that the runs use; `again` is the command that makes the file anew. A run
    whose versions or machine are not those of the first line names its own. Leaves the program with a sentence if the
    file was measured on other data, or with another model.
    """
    hashes = data_hashes(data)
    lines = training_data.read_jsonl(path) if path.exists() and not fresh else []
    if lines and lines[0]["data"] != hashes:
        raise SystemExit(f"{path.name} was measured on other data. Begin again: {again} --fresh")
    with live_backend(fresh=False) as connection:
        backend = connection.backend
        client = OpenAI(base_url=backend.base_url, api_key=connection.key)
        about = {"experiment": path.stem, **what_answered(connection, datetime.now(UTC)), "data": hashes}
        lines = lines or [about]
        if _model(lines[0]) != _model(about):
            raise SystemExit(f"{path.name} was measured with another model. Begin again: {again} --fresh")
        own = {key: about[key] for key in MEASURED_WITH if about[key] != lines[0][key]}
        path.parent.mkdir(exist_ok=True)
        for run in list(runs)[len(lines) - 1 :]:
            lines.append(measure(client, backend.base_model, run) | own)
            write_atomic(path, "".join(json.dumps(line) + "\n" for line in lines).encode())
            print(json.dumps(lines[-1]), flush=True)


def _model(about: dict) -> tuple[str, str]:
    """The base model's name and the hash of its weights."""
    return about["base_model"], about["server"]["weights_sha256"]
