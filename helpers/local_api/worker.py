"""Take jobs one after the other from validation to a tuned model, and record what happens.

The events say what OpenAI's service says, in its words, where the same thing happened
here. What does not happen here, a moderation check for instance, is not claimed.
"""

import contextlib
import csv
import io
import queue
import shutil
import threading
import time
import traceback
from pathlib import Path

from ..tokens import epochs_when_auto
from .compute import compute, in_turns
from .files import file_object
from .store import NotFound, Store, new_id
from .training_file import BadFile, read_examples

FINAL = ("succeeded", "failed", "cancelled")
KEPT_CHECKPOINTS = 3
RESULT_COLUMNS = ("step", "train_loss", "train_accuracy", "valid_loss", "valid_mean_token_accuracy")


def add_event(store: Store, job_id: str, message: str, *, level="info", type="message", data=None) -> None:
    event = {"id": new_id("ftevent-"), "object": "fine_tuning.job.event", "created_at": int(time.time()),
             "level": level, "message": message, "type": type}  # fmt: skip
    store.put("event", event | ({"data": data} if data else {}), parent=job_id)


def resolve(hyperparameters: dict, examples: int) -> dict:
    """Numbers for "auto". Epochs by the rule seen in OpenAI's jobs; the others are this server's."""
    auto = {"n_epochs": epochs_when_auto(examples), "batch_size": 4, "learning_rate_multiplier": 2.0}
    return {name: auto[name] if value == "auto" else value for name, value in hyperparameters.items()}


class Cancelled(Exception):
    """The job was cancelled meanwhile; nothing more is done for it."""


class Worker(threading.Thread):
    """The one thread that trains. Jobs that a stopped server left unfinished begin again."""

    def __init__(self, store: Store, model_folder: Path):
        super().__init__(daemon=True, name="fine-tuning worker")
        self.store, self.model_folder = store, model_folder
        self._queue: queue.Queue[str] = queue.Queue()
        for job in store.all("job"):
            if job["status"] not in FINAL:
                add_event(store, job["id"], "The server was restarted; the job begins again.", level="warn")
                self.submit(job["id"])

    def submit(self, job_id: str) -> None:
        self._queue.put(job_id)

    def run(self) -> None:
        while True:
            job = self.store.get("job", self._queue.get())
            try:
                self._do(job)
            except Cancelled:
                pass
            except BadFile as error:
                self._fail(job, error.code, str(error), error.param)
            except Exception as error:
                traceback.print_exc()
                self._fail(job, "server_error", f"{type(error).__name__}: {error}", None)

    def _do(self, job: dict) -> None:
        self._stop_if_cancelled(job)
        files = [name for name in ("training_file", "validation_file") if job[name]]
        named = " and ".join(f"{name.replace('_', ' ')}: {job[name]}" for name in files)
        add_event(self.store, job["id"], f"Validating {named}")
        examples, validation = (self._read(job, name) if job[name] else [] for name in ("training_file", "validation_file"))
        hyperparameters = resolve(job["hyperparameters"], len(examples))
        job = self._advance(
            job, "queued", "Files validated, moving job to queued state", hyperparameters=hyperparameters,
            method={"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
        )  # fmt: skip
        job = self._advance(job, "running", "Fine-tuning job started")
        self._train(job, examples, validation)

    def _read(self, job: dict, param: str) -> list:
        try:
            return read_examples(self.store.file_path(job[param]).read_bytes(), param)
        except NotFound:
            raise BadFile("invalid_training_file", param, f"The file {job[param]} was deleted.") from None

    def _train(self, job: dict, examples: list, validation: list) -> None:
        from .trainer import (  # torch is loaded only when something is trained
            Settings,
            Training,
        )

        settings = Settings(**job["hyperparameters"], seed=job["seed"])
        training = compute(Training, self.model_folder, examples, validation, settings)
        for _ in in_turns(training.prepare()):
            self._stop_if_cancelled(job)
        started, steps = time.time(), []
        for step in in_turns(training.steps()):
            self._stop_if_cancelled(job)
            steps.append(step)
            self._record(job, step, int(started + (time.time() - started) / step.step * step.total_steps))
            if step.epoch_ended and job["hyperparameters"]["n_epochs"] > 1:
                self._checkpoint(job, step, training)
        name = self._save_model(training, self._model_name(job))
        add_event(self.store, job["id"], "New fine-tuned model created")
        result = self._result_file(steps)
        self._advance(
            job, "succeeded", "The job has successfully completed", fine_tuned_model=name, result_files=[result],
            trained_tokens=training.tokens, finished_at=int(time.time()), estimated_finish=None,
        )  # fmt: skip

    def _record(self, job: dict, step, estimated_finish: int) -> None:
        data = {"step": step.step, "total_steps": step.total_steps, "train_loss": round(step.train_loss, 5),
                "train_mean_token_accuracy": round(step.train_accuracy, 5)}  # fmt: skip
        message = f"Step {step.step}/{step.total_steps}: training loss={step.train_loss:.2f}"
        for prefix, words in (("valid", "validation loss"), ("full_valid", "full validation loss")):
            loss, accuracy = getattr(step, f"{prefix}_loss"), getattr(step, f"{prefix}_accuracy")
            if loss is not None:
                data |= {f"{prefix}_loss": round(loss, 5), f"{prefix}_mean_token_accuracy": round(accuracy, 5)}
                message += f", {words}={loss:.2f}"
        add_event(self.store, job["id"], message, type="metrics", data=data)
        with self.store.lock:
            self._stop_if_cancelled(job)
            self.store.change("job", job["id"], estimated_finish=estimated_finish)

    def _checkpoint(self, job: dict, step, training) -> None:
        name = self._save_model(training, f"{self._model_name(job)}:ckpt-step-{step.step}")
        metrics = {"step": step.step, "train_loss": step.train_loss, "train_mean_token_accuracy": step.train_accuracy,
                   "valid_loss": step.valid_loss, "valid_mean_token_accuracy": step.valid_accuracy,
                   "full_valid_loss": step.full_valid_loss,
                   "full_valid_mean_token_accuracy": step.full_valid_accuracy}  # fmt: skip
        self.store.put(
            "checkpoint",
            {"id": new_id("ftckpt_"), "object": "fine_tuning.job.checkpoint", "created_at": int(time.time()),
             "fine_tuned_model_checkpoint": name, "fine_tuning_job_id": job["id"], "step_number": step.step,
             "metrics": {k: round(v, 5) for k, v in metrics.items() if v is not None}},
            parent=job["id"],
        )  # fmt: skip
        add_event(self.store, job["id"], f"Checkpoint created at step {step.step}")
        for old in self.store.all("checkpoint", job["id"])[:-KEPT_CHECKPOINTS]:
            self.store.delete("checkpoint", old["id"])
            self.store.delete_model(old["fine_tuned_model_checkpoint"])

    def _save_model(self, training, name: str) -> str:
        folder = new_id("model-", 12)
        part = self.store.folder / "models" / f"{folder}.part"
        compute(training.save, part)
        shutil.move(part, self.store.folder / "models" / folder)
        self.store.put("model", {"id": name, "object": "model", "created": int(time.time()),
                                 "owned_by": "local", "folder": folder})  # fmt: skip
        return name

    def _model_name(self, job: dict) -> str:
        suffix = (job["user_provided_suffix"] or "").replace("_", "-")
        return f"ft:{job['model']}:local:{suffix}:{job['id'][-8:]}"

    def _result_file(self, steps: list) -> str:
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(RESULT_COLUMNS)
        for s in steps:
            row = (s.train_loss, s.train_accuracy, s.valid_loss, s.valid_accuracy)
            table.writerow([s.step, *("" if v is None else round(v, 5) for v in row)])
        content = text.getvalue().encode()
        return self.store.add_file(file_object("step_metrics.csv", "fine-tune-results", len(content)), content)["id"]

    def _stop_if_cancelled(self, job: dict) -> None:
        if self.store.get("job", job["id"])["status"] == "cancelled":
            raise Cancelled

    def _advance(self, job: dict, status: str, message: str, **values) -> dict:
        """The next status, unless the job was cancelled meanwhile."""
        with self.store.lock:
            self._stop_if_cancelled(job)
            add_event(self.store, job["id"], message)
            return self.store.change("job", job["id"], status=status, **values)

    def _fail(self, job: dict, code: str, message: str, param: str | None) -> None:
        with contextlib.suppress(Cancelled):
            self._advance(job, "failed", message, finished_at=int(time.time()),
                          error={"code": code, "message": message, "param": param})  # fmt: skip
