"""What a training leaves behind: checkpoints, the tuned model, and the file of its steps."""

import contextlib
import csv
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.torch_thread import run_on_torch_thread
from ..protocol.objects import base_in_name, file_object, new_id, tuned_name
from ..store.store import Content, NotFound, Store
from .job import AT_WORK, Job
from .reward_step import result_row
from .step import AnyStep

if TYPE_CHECKING:
    from .trainer import Training
    from .training_processes import TrainingProcesses

KEPT_CHECKPOINTS = 3  # as OpenAI keeps
PARTS = ("train", "valid", "full_valid")
DPO_MEASURES = ("loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins")  # as in TRL
RESULT_COLUMNS = {  # by method: a column of the table of steps, and the measure's name in the events
    "supervised": {  # as OpenAI has them
        "train_loss": "train_loss",
        "train_accuracy": "train_mean_token_accuracy",
        "valid_loss": "valid_loss",
        "valid_mean_token_accuracy": "valid_mean_token_accuracy",
    },
    "dpo": {name: name for name in (f"{part}_{measure}" for part in PARTS for measure in DPO_MEASURES)},
}


def save_checkpoint(job: Job, step: AnyStep, training: "Training | TrainingProcesses") -> None:
    """Save the model as it is after `step`, and keep the newest three checkpoints."""
    _save_checkpoint(job, step, training, lambda checkpoint: checkpoint["step_number"])


def save_best_checkpoint(job: Job, step: AnyStep, training: "Training | TrainingProcesses") -> None:
    """Save the model as it is after `step` if its reward is among the three highest; of two alike the newer counts."""
    kept = [_reward(checkpoint) for checkpoint in job.store.all("checkpoint", job.id)]
    own = _reward({"step_number": step.step, "metrics": step.metrics()})
    if len(kept) < KEPT_CHECKPOINTS or own >= min(kept):
        _save_checkpoint(job, step, training, _reward)


def _reward(checkpoint: dict) -> tuple[float, int]:
    return checkpoint["metrics"]["full_valid_mean_reward"], checkpoint["step_number"]


def _save_checkpoint(
    job: Job, step: AnyStep, training: "Training | TrainingProcesses", worth: Callable[[dict], Any]
) -> None:
    """Save the model as it is after `step`, and keep the three checkpoints that are worth most. Raises Interrupted."""
    store = job.store
    if all(old["step_number"] != step.step for old in store.all("checkpoint", job.id)):  # else: before a restart
        _add_checkpoint(job, step, training)
    saved = sorted(store.all("checkpoint", job.id), key=worth)
    for old in saved[:-KEPT_CHECKPOINTS]:
        with contextlib.suppress(NotFound):  # somebody deleted the model meanwhile
            store.delete_model(old["fine_tuned_model_checkpoint"])


def _add_checkpoint(job: Job, step: AnyStep, training: "Training | TrainingProcesses") -> None:
    store, name = job.store, f"{model_name(job.body)}:ckpt-step-{step.step}"
    with saved_weights(store, in_turn(training)) as folder:
        job.require_status(AT_WORK)
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


def save_model(job: Job, training: "Training | TrainingProcesses") -> None:
    """Save the tuned model and the file of its steps, and end the job as succeeded. Raises Interrupted."""
    name, table = model_name(job.body), result_table(job)
    file = file_object("step_metrics.csv", "fine-tune-results", len(table))
    file_content = (job.store.folder / "files" / file["id"], lambda part: part.write_bytes(table))
    with saved_weights(job.store, in_turn(training), file_content) as folder:
        job.require_status(AT_WORK)
        add_model(job.store, name, folder)
        job.store.put("file", file)
        job.log("New fine-tuned model created")
        job.transition(
            AT_WORK,
            "succeeded",
            "The job has successfully completed",
            fine_tuned_model=name,
            result_files=[file["id"]],
            trained_tokens=training.tokens,
            finished_at=int(time.time()),
            estimated_finish=None,
        )


def model_name(job: dict) -> str:
    """The name of a job's tuned model, after the base model or alias, also where the job starts from a tuned one."""
    return tuned_name(base_in_name(job["model"]), job["user_provided_suffix"], job["id"])


def in_turn(training: "Training | TrainingProcesses") -> Callable[[Path], None]:
    """What writes the adapters of a training, when torch's thread has time for it."""
    return lambda part: run_on_torch_thread(training.save, part)


@contextlib.contextmanager
def saved_weights(store: Store, write: Callable[[Path], object], *others: Content) -> Iterator[str]:
    """Let `write` fill a new folder with adapters, and yield the folder's name. The body of the `with` adds the model.

    The `others` are written too, each at its path. All are removed again if the body raises.
    """
    folder = new_id("model-", 12)
    with store.new_content((store.folder / "models" / folder, write), *others):
        yield folder


def add_model(store: Store, name: str, folder: str) -> None:
    """Save a model whose weights are in this folder."""
    model = {"id": name, "object": "model", "created": int(time.time()), "owned_by": "local", "folder": folder}
    store.put("model", model)


def result_table(job: Job) -> bytes:
    """OpenAI's table of a job's steps, as CSV, from the events, which outlive a crash."""
    method, steps = job.body["method"]["type"], job.logged_metrics()
    if method == "reinforcement":  # its columns name the graders
        rows = [result_row(step) for step in steps]
        columns = list(dict.fromkeys(name for row in rows for name in row))
    else:
        measures = RESULT_COLUMNS[method]
        columns = ["step", *measures]
        rows = [
            {"step": step["step"]} | {column: step[name] for column, name in measures.items() if name in step}
            for step in steps
        ]
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()
