"""Logs the steps of a training as events of its job, and saves its state from time to time."""

import math
import time
from typing import TYPE_CHECKING

from ..model.torch_thread import run_on_torch_thread
from .job import AT_WORK, Interrupted, Job
from .step import AnyStep

if TYPE_CHECKING:
    from .trainer import Training
    from .training_processes import TrainingProcesses

SAVE_SECONDS = 60.0  # between two saves of a training's state: a killed server loses at most this much work


class Diverged(ValueError):
    """The loss is NaN or infinite."""


class RunProgress:
    """Reports a training to its job, and saves its state."""

    def __init__(self, job: Job, training: "Training | TrainingProcesses"):
        self.job, self.training = job, training
        self.last_saved = time.monotonic()

    def log_step(self, step: AnyStep, logged: int, seconds_left: float) -> bool:
        """Log a step, unless it is among the first `logged`; true if the job is to be paused after it."""
        if not all(map(math.isfinite, step.metrics().values())):
            raise Diverged(f"The training diverged at step {step.step}: choose a smaller learning_rate_multiplier.")
        with self.job.store.transaction():
            pausing = self.job.require_status(AT_WORK) == "pausing"
            if step.step > logged:
                self.job.log_step(step)
            self.job.change(estimated_finish=None if pausing else int(time.time() + seconds_left))
        return pausing

    def save_or_pause(self, pausing: bool, due: bool = False) -> None:
        """Save the state if it is `due` or SAVE_SECONDS old. If `pausing`, save it, then raise Interrupted."""
        if due or pausing or time.monotonic() - self.last_saved > SAVE_SECONDS:
            self.save()
        if pausing:
            self.job.transition(["pausing"], "paused", f"The job was paused after step {self.training.step}")
            raise Interrupted

    def save(self) -> None:
        store, job_id = self.job.store, self.job.id
        run_on_torch_thread(self.training.save_state, store.state_path(job_id))
        store.state_saved(job_id)
        self.last_saved = time.monotonic()
