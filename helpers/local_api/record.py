"""What a job leaves behind while it trains: events, checkpoints, its model and its result file.

The events say what OpenAI's service says, in its words, where the same thing happened
here. What does not happen here, a moderation check for instance, is not claimed.
"""

import contextlib
import csv
import io
import itertools
import time
from collections.abc import Iterator

from .compute import compute
from .files import file_object
from .store import NotFound, Store, new_id

KEPT_CHECKPOINTS = 3
RESTARTED = "The server was restarted while the job ran."
RESULT_COLUMNS = ("step", "train_loss", "train_accuracy", "valid_loss", "valid_mean_token_accuracy")
MEASURED = ("train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy")  # as events name them


def add_event(store: Store, job_id: str, message: str, *, level="info", type="message", data=None) -> None:
    event = {
        "id": new_id("ftevent-"),
        "object": "fine_tuning.job.event",
        "created_at": int(time.time()),
        "level": level,
        "message": message,
        "type": type,
    }
    store.put("event", event | ({"data": data} if data else {}), parent=job_id)


def add_place(store: Store, job_id: str) -> None:
    """Say how many jobs a queued job waits for, if there are any."""
    jobs = store.all("job")
    here = [job["id"] for job in jobs].index(job_id)
    before = sum(
        job["model"] == jobs[here]["model"]  # others wait until a server with their model is started
        and (job["status"] in ("running", "pausing") or (job["status"] == "queued" and i < here))
        for i, job in enumerate(jobs)
    )
    if before:
        add_event(store, job_id, f"Job is queued behind {before} job{'s' if before > 1 else ''}")


def add_step(store: Store, job_id: str, step) -> None:
    data = {"step": step.step, "total_steps": step.total_steps, **metrics(step)}
    message = f"Step {step.step}/{step.total_steps}: training loss={step.train_loss:.2f}"
    for loss, words in ((step.valid_loss, "validation loss"), (step.full_valid_loss, "full validation loss")):
        if loss is not None:
            message += f", {words}={loss:.2f}"
    add_event(store, job_id, message, type="metrics", data=data)


def metrics(step) -> dict:
    """What was measured at a step, under OpenAI's names."""
    values = {}
    for kind in ("train", "valid", "full_valid"):
        loss, accuracy = getattr(step, f"{kind}_loss"), getattr(step, f"{kind}_accuracy")
        if loss is not None:
            values |= {f"{kind}_loss": round(loss, 5), f"{kind}_mean_token_accuracy": round(accuracy, 5)}
    return values


def steps_told(store: Store, job_id: str) -> list[dict]:
    """The data of all metrics events of a job."""
    return [event["data"] for event in store.all("event", job_id) if event["type"] == "metrics"]


def restarts_in_vain(store: Store, job_id: str) -> int:
    """How often the server was started again since the job's last step."""
    newest = store.newest("event", job_id, None, 10)
    since = itertools.takewhile(lambda event: event["type"] != "metrics", newest)
    return sum(event["message"] == RESTARTED for event in since)


def add_checkpoint(store: Store, job: dict, step, training) -> None:
    """Save the model as it is now, and let go of the oldest checkpoint of more than three."""
    if any(old["step_number"] == step.step for old in store.all("checkpoint", job["id"])):
        return  # saved before the training was interrupted
    name = f"{model_name(job)}:ckpt-step-{step.step}"
    with saved_weights(store, training) as folder, store.transaction():
        add_model(store, name, folder)
        store.put(
            "checkpoint",
            {
                "id": new_id("ftckpt_"),
                "object": "fine_tuning.job.checkpoint",
                "created_at": int(time.time()),
                "fine_tuned_model_checkpoint": name,
                "fine_tuning_job_id": job["id"],
                "step_number": step.step,
                "metrics": {"step": step.step, **metrics(step)},
            },
            parent=job["id"],
        )
        add_event(store, job["id"], f"Checkpoint created at step {step.step}")
    saved = sorted(store.all("checkpoint", job["id"]), key=lambda checkpoint: checkpoint["step_number"])
    for old in saved[:-KEPT_CHECKPOINTS]:
        with contextlib.suppress(NotFound):  # somebody deleted the model meanwhile
            store.delete_model(old["fine_tuned_model_checkpoint"])


@contextlib.contextmanager
def saved_weights(store: Store, training) -> Iterator[str]:
    """The name of a folder with a training's adapters, written whole or not at all; gone if what needs them fails."""
    folder = new_id("model-", 12)
    part = store.folder / "models" / f"{folder}.part"
    try:
        compute(training.save, part)
        part.rename(part.with_suffix(""))
        yield folder
    except BaseException:
        for unfinished in (part.name, folder):
            store.drop_weights(unfinished)
        raise


def add_model(store: Store, name: str, folder: str) -> None:
    store.put(
        "model", {"id": name, "object": "model", "created": int(time.time()), "owned_by": "local", "folder": folder}
    )


def model_name(job: dict) -> str:
    suffix = (job["user_provided_suffix"] or "").replace("_", "-")
    return f"ft:{job['model']}:local:{suffix}:{job['id'][-8:]}"


def add_result_file(store: Store, job_id: str) -> str:
    """OpenAI's table of the steps, from the events, which outlive a crash; returns the file's id."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(RESULT_COLUMNS)
    for step in steps_told(store, job_id):
        table.writerow([step["step"], *(step.get(name, "") for name in MEASURED)])
    content = text.getvalue().encode()
    return store.add_file(file_object("step_metrics.csv", "fine-tune-results", len(content)), io.BytesIO(content))["id"]
