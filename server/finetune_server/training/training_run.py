"""Train one job: from its first step, or from the state that was saved last, to the tuned model."""

import math
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.torch_thread import iterate_on_torch_thread, run_on_torch_thread
from .artifacts import save_checkpoint, save_model
from .hyperparameters import hyperparameters_of, resolve_hyperparameters
from .job import AT_WORK, Interrupted, Job
from .job_inputs import read_files, starting_adapter
from .step import Step

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .trainer import Training

SAVE_SECONDS = 60.0  # between two savings of a training's state: so much work a killed server may lose


class Diverged(ValueError):
    """The loss is NaN or infinite."""


def train(job: Job, model_folder: Path, base_model: str, device: str) -> None:
    """Take a queued job to its model. Raises BadFile, BadModel and Diverged, and Interrupted if it is to stop."""
    run_on_torch_thread(import_module, ".resume", __package__)  # with torch, while no other thread uses it
    from .resume import fits, restore
    from .trainer import Settings, Training

    body = job.body
    examples, validation = read_files(job.store, body)  # again: they may be deleted while the job is queued
    saved = run_on_torch_thread(_saved_state, job)
    message = f"Fine-tuning job goes on after step {saved.step}" if saved else "Fine-tuning job started"
    body = job.transition(["queued"], "running", message, **resolve_hyperparameters(body, len(examples)))
    settings = Settings(**hyperparameters_of(body), seed=body["seed"], method=body["method"]["type"])
    start = starting_adapter(job.store, body["model"])
    try:
        training = run_on_torch_thread(Training, model_folder, examples, validation, settings, device, start)
    except Exception:
        starting_adapter(job.store, body["model"])  # if it was deleted just now, that is the cause
        raise
    if saved and run_on_torch_thread(fits, training, saved):
        run_on_torch_thread(restore, training, saved)
    elif saved:
        _begin_again(job, "it is of another training")
    run = _Run(job, training)
    run.measure_references()
    run.make_steps()
    save_model(job, training)


class _Run:
    """A training at work: its steps become events and checkpoints, and its state is saved from time to time."""

    def __init__(self, job: Job, training: "Training"):
        self.job, self.training = job, training
        self.last_saved = time.monotonic()

    def measure_references(self) -> None:
        """What the method dpo does before the first step."""
        measured = False
        for _ in iterate_on_torch_thread(self.training.measure_references()):
            measured = True
            self._save_or_pause(pausing=self.job.require_status(AT_WORK) == "pausing")
        if measured:
            self._save()  # before the event, so that nothing is told that is not kept
            self.job.log("Reference log-probabilities of all pairs measured")

    def make_steps(self) -> None:
        logged = len(self.job.logged_metrics())  # steps after the saved state are repeated, and not logged twice
        began, first = time.monotonic(), self.training.step
        for step in iterate_on_torch_thread(self.training.steps()):
            seconds_left = (time.monotonic() - began) / (step.step - first) * (step.total_steps - step.step)
            pausing = self._log_step(step, logged, seconds_left)
            if step.epoch_ended and self.training.settings.n_epochs > 1:
                save_checkpoint(self.job, step, self.training)
            self._save_or_pause(pausing, due=bool(step.epoch_ended))

    def _log_step(self, step: Step, logged: int, seconds_left: float) -> bool:
        """Log a step unless it is among the first `logged`; whether the job is to be paused after it."""
        if not all(map(math.isfinite, step.metrics().values())):
            raise Diverged(f"The training diverged at step {step.step}: choose a smaller learning_rate_multiplier.")
        with self.job.store.transaction():
            pausing = self.job.require_status(AT_WORK) == "pausing"
            if step.step > logged:
                self.job.log_step(step)
            self.job.change(estimated_finish=None if pausing else int(time.time() + seconds_left))
        return pausing

    def _save_or_pause(self, pausing: bool, due: bool = False) -> None:
        """Save the state if it is due or time. Raises Interrupted if the job is to be paused."""
        if due or pausing or time.monotonic() - self.last_saved > SAVE_SECONDS:
            self._save()
        if pausing:
            self.job.transition(["pausing"], "paused", f"The job was paused after step {self.training.step}")
            raise Interrupted

    def _save(self) -> None:
        from .resume import save_state

        run_on_torch_thread(save_state, self.training, self.job.store.state_path(self.job.id))
        self.last_saved = time.monotonic()


def _saved_state(job: Job) -> "State | None":
    """The state of a training that was paused or killed; None if it has to begin anew."""
    from .resume import read_state

    path = job.store.state_path(job.id)
    if not path.exists():
        return None
    try:
        return read_state(path)
    except Exception as error:  # safetensors raises its own types, and what it holds may be anything
        _begin_again(job, str(error))
        return None


def _begin_again(job: Job, damage: str) -> None:
    """Drop the saved state of a training and say so."""
    job.store.drop_state(job.id)
    job.log(f"The saved state of the training is damaged ({damage}): the training begins again.", level="warn")
