"""What a training leaves behind: checkpoints, the tuned model, and the file of its steps."""

import contextlib
import csv
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.torch_thread import run_on_torch_thread
from ..protocol.objects import base_in_name, file_object, new_id, tuned_name
from ..store.store import NotFound, Store
from .job import AT_WORK, Job

if TYPE_CHECKING:
    from .trainer import Step, Training

KEPT_CHECKPOINTS = 3  # as OpenAI keeps
RESULT_COLUMNS = {  # OpenAI's table: its column, and the measure's name in the events
    "train_loss": "train_loss",
    "train_accuracy": "train_mean_token_accuracy",
    "valid_loss": "valid_loss",
    "valid_mean_token_accuracy": "valid_mean_token_accuracy",
}


def save_checkpoint(job: Job, step: "Step", training: "Training") -> None:
    """Save the model as it is after `step`, and keep the newest three checkpoints."""
    store, body = job.store, job.body
    if any(old["step_number"] == step.step for old in store.all("checkpoint", job.id)):
        return  # saved before the training was interrupted
    name = f"{model_name(body)}:ckpt-step-{step.step}"
    with saved_weights(store, in_turn(training)) as folder, store.transaction():
        add_model(store, name, folder)
        checkpoint = {
            "id": new_id("ftckpt_"),
            "object": "fine_tuning.job.checkpoint",
            "created_at": int(time.time()),
            "fine_tuned_model_checkpoint": name,
            "fine_tuning_job_id": job.id,
            "step_number": step.step,
            "metrics": {"step": step.step, **step.metrics()},
        }
        store.put("checkpoint", checkpoint, parent=job.id)
        job.log(f"Checkpoint created at step {step.step}")
    saved = sorted(store.all("checkpoint", job.id), key=lambda checkpoint: checkpoint["step_number"])
    for old in saved[:-KEPT_CHECKPOINTS]:
        with contextlib.suppress(NotFound):  # somebody deleted the model meanwhile
            store.delete_model(old["fine_tuned_model_checkpoint"])


def save_model(job: Job, training: "Training") -> None:
    """Save the tuned model and the file of its steps, and end the job as succeeded. Raises Interrupted."""
    name = model_name(job.body)
    with saved_weights(job.store, in_turn(training)) as folder, job.store.transaction():
        job.require_status(AT_WORK)
        add_model(job.store, name, folder)
        job.log("New fine-tuned model created")
        job.transition(
            AT_WORK,
            "succeeded",
            "The job has successfully completed",
            fine_tuned_model=name,
            result_files=[_add_result_file(job)],
            trained_tokens=training.tokens,
            finished_at=int(time.time()),
            estimated_finish=None,
        )


def model_name(job: dict) -> str:
    """The name of a job's tuned model, after the base model or alias, also where the job starts from a tuned one."""
    return tuned_name(base_in_name(job["model"]), job["user_provided_suffix"], job["id"])


def in_turn(training: "Training") -> Callable[[Path], None]:
    """What writes the adapters of a training, when torch's thread has time for it."""
    return lambda part: run_on_torch_thread(training.save, part)


@contextlib.contextmanager
def saved_weights(store: Store, write: Callable[[Path], object]) -> Iterator[str]:
    """Let `write` fill a new folder with adapters, atomically, and yield the folder's name.

    The folder is deleted again if the body of the `with` raises.
    """
    folder = new_id("model-", 12)
    part = store.folder / "models" / f"{folder}.part"
    try:
        write(part)
        part.rename(part.with_suffix(""))
        yield folder
    except BaseException:
        for unfinished in (part.name, folder):
            store.drop_weights(unfinished)
        raise


def add_model(store: Store, name: str, folder: str) -> None:
    """Save a model whose weights are in this folder."""
    model = {"id": name, "object": "model", "created": int(time.time()), "owned_by": "local", "folder": folder}
    store.put("model", model)


def _add_result_file(job: Job) -> str:
    """Write OpenAI's table of the steps, from the events, which outlive a crash. Returns the file's id."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", *RESULT_COLUMNS])
    for step in job.logged_metrics():
        table.writerow([step["step"], *(step.get(name, "") for name in RESULT_COLUMNS.values())])
    content = text.getvalue().encode()
    file = file_object("step_metrics.csv", "fine-tune-results", len(content))
    return job.store.add_file(file, io.BytesIO(content))["id"]
