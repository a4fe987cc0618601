"""Take jobs one after the other from validation to a tuned model.

The store is the queue: a job's status says what is to be done with it next, so a killed server goes on with the
same job, from the last state that was saved.
"""

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from ..model.torch_thread import iterate_on_torch_thread, run_on_torch_thread
from ..protocol.errors import storage_error
from ..store.aliases import base_model_of
from ..store.store import Store
from .artifacts import save_checkpoint, save_model
from .hyperparameters import resolve_hyperparameters
from .job import AT_WORK, FINAL, Interrupted, Job
from .job_inputs import BadModel, read_files, starting_adapter
from .training_file import BadFile

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .trainer import Step

log = logging.getLogger(__name__)

SAVE_SECONDS = 60.0  # between two savings of a training's state: so much work a killed server may lose


class Diverged(ValueError):
    """The loss is NaN or infinite."""


class JobRunner:
    """Two threads: one validates the files of new jobs, the other trains, one job at a time."""

    def __init__(self, store: Store, model_folder: Path, base_model: str):
        self.store, self.model_folder, self.base_model = store, model_folder, base_model
        self._work = {
            "validating_files": (self._validate, threading.Event()),
            "queued": (self._train, threading.Event()),
        }
        for job in store.all("job"):
            Job(store, job["id"]).requeue_interrupted()

    def start(self, device: str) -> None:
        self.device = device
        for status in self._work:
            threading.Thread(target=self._run, args=(status,), daemon=True, name=f"{status} jobs").start()

    def wake(self) -> None:
        """Look for work: some job's status has changed."""
        for _, news in self._work.values():
            news.set()

    def _run(self, status: str) -> None:
        do, news = self._work[status]
        while True:
            news.clear()
            try:
                if job := self._oldest(status):
                    self._attempt(do, job)
                else:
                    news.wait()
            except (OSError, sqlite3.Error):  # the store cannot be read or written: the jobs wait until it can
                log.exception("jobs that are %s", status)
                time.sleep(1)

    def _oldest(self, status: str) -> Job | None:
        """The oldest job of this status. Jobs of another base model wait until a server with that one is started."""
        for job in self.store.all("job"):
            if job["status"] == status and base_model_of(self.store, job["model"]) == self.base_model:
                return Job(self.store, job["id"])
        return None

    def _attempt(self, do: Callable[[Job], None], job: Job) -> None:
        """Do one piece of a job's work; what goes wrong with it becomes the job's error."""
        try:
            do(job)
        except Interrupted:
            pass
        except (BadFile, BadModel) as error:
            job.fail(error.code, str(error), error.param)
        except Diverged as error:
            job.fail("training_diverged", str(error), "learning_rate_multiplier")
        except (OSError, sqlite3.Error, SafetensorError) as error:
            log.exception("job %s", job.id)
            explained = storage_error(error)
            job.fail(explained.code or "server_error", explained.message)
        except Exception as error:
            log.exception("job %s", job.id)  # unlike print, it survives a full disk
            job.fail("server_error", f"{type(error).__name__}: {error}")
        if job.status in FINAL:
            self.store.drop_state(job.id)

    def _validate(self, job: Job) -> None:
        body = job.body
        files = [name for name in ("training_file", "validation_file") if body[name]]
        job.log("Validating " + " and ".join(f"{name.replace('_', ' ')}: {body[name]}" for name in files))
        starting_adapter(self.store, body["model"])
        examples, _ = read_files(self.store, body)
        with self.store.transaction():
            message = "Files validated, moving job to queued state"
            job.transition(["validating_files"], "queued", message, **resolve_hyperparameters(body, len(examples)))
            job.log_queue_position()
        self.wake()

    def _train(self, job: Job) -> None:
        run_on_torch_thread(import_module, ".resume", __package__)  # with torch, while no other thread uses it
        from .resume import fits, restore, save_state
        from .trainer import Settings, Training

        body = job.body
        examples, validation = read_files(self.store, body)  # again: they may be deleted while the job is queued
        saved = run_on_torch_thread(self._saved_state, job)
        message = f"Fine-tuning job goes on after step {saved.step}" if saved else "Fine-tuning job started"
        body = job.transition(["queued"], "running", message, **resolve_hyperparameters(body, len(examples)))
        settings = Settings(**body["hyperparameters"], seed=body["seed"])
        start = starting_adapter(self.store, body["model"])
        inputs = (self.model_folder, examples, validation, settings, self.device, start)
        try:
            training = run_on_torch_thread(Training, *inputs)
        except Exception:
            starting_adapter(self.store, body["model"])  # if it was deleted just now, that is the cause
            raise
        if saved and run_on_torch_thread(fits, training, saved):
            run_on_torch_thread(restore, training, saved)
        elif saved:
            self._begin_again(job, "it is of another training")
        logged = len(job.logged_metrics())  # steps after the last saved state are repeated; they are not logged twice
        began, first = time.monotonic(), training.step
        last_saved = began
        for step in iterate_on_torch_thread(training.steps()):
            seconds_left = (time.monotonic() - began) / (step.step - first) * (step.total_steps - step.step)
            pausing = self._log_step(job, step, logged, seconds_left)
            if step.epoch_ended and settings.n_epochs > 1:
                save_checkpoint(job, step, training)
            if step.epoch_ended or pausing or time.monotonic() - last_saved > SAVE_SECONDS:
                run_on_torch_thread(save_state, training, self.store.state_path(job.id))
                last_saved = time.monotonic()
            if pausing:
                job.transition(["pausing"], "paused", f"The job was paused after step {step.step}")
                raise Interrupted
        save_model(job, training)

    def _log_step(self, job: Job, step: "Step", logged: int, seconds_left: float) -> bool:
        """Log a step unless it is among the first `logged`; whether the job is to be paused after it."""
        if not all(map(math.isfinite, step.metrics().values())):
            raise Diverged(f"The training diverged at step {step.step}: choose a smaller learning_rate_multiplier.")
        with self.store.transaction():
            pausing = job.require_status(AT_WORK) == "pausing"
            if step.step > logged:
                job.log_step(step)
            job.change(estimated_finish=None if pausing else int(time.time() + seconds_left))
        return pausing

    def _saved_state(self, job: Job) -> "State | None":
        """The state of a training that was paused or killed; None if it has to begin anew."""
        from .resume import read_state

        path = self.store.state_path(job.id)
        if not path.exists():
            return None
        try:
            return read_state(path)
        except Exception as error:  # safetensors raises its own types, and what it holds may be anything
            self._begin_again(job, str(error))
            return None

    def _begin_again(self, job: Job, damage: str) -> None:
        """Drop the saved state of a training and say so."""
        self.store.drop_state(job.id)
        job.log(f"The saved state of the training is damaged ({damage}): the training begins again.", level="warn")
