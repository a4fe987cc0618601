"""Take jobs one after the other from validation to a tuned model.

The store is the queue: a job's status says what is to be done with it next, so a server
that was killed goes on where it stopped.
"""

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from safetensors import SafetensorError

from ..tokens import epochs_when_auto
from . import record
from .compute import compute, in_turns
from .errors import storage_error
from .intact import BrokenStore
from .statuses import AT_WORK, FINAL, Interrupted, advance, expect, fail, take_up
from .store import NotFound, Store
from .training_file import BadFile, read_examples

log = logging.getLogger(__name__)


def resolve(job: dict, examples: int) -> dict:
    """Numbers for "auto". Epochs by the rule seen in OpenAI's jobs; the others are this server's."""
    auto = {"n_epochs": epochs_when_auto(examples), "batch_size": 4, "learning_rate_multiplier": 2.0}
    numbers = {name: auto[name] if value == "auto" else value for name, value in job["hyperparameters"].items()}
    return {"hyperparameters": numbers, "method": {"type": "supervised", "supervised": {"hyperparameters": numbers}}}


class Diverged(ValueError):
    """The loss is no number any more, and the model none that could answer."""


class Worker:
    """Two threads: one validates the files of new jobs, the other trains, one job at a time."""

    def __init__(self, store: Store, model_folder: Path, base_model: str):
        self.store, self.model_folder, self.base_model = store, model_folder, base_model
        self._work = {
            "validating_files": (self._validate, threading.Event()),
            "queued": (self._train, threading.Event()),
        }
        take_up(store)

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
                todo = [j for j in self.store.all("job") if j["status"] == status and j["model"] == self.base_model]
                if todo:
                    self._attempt(do, todo[0])
                else:
                    news.wait()
            except (OSError, sqlite3.Error):  # the store cannot be read or written: the jobs wait until it can
                log.exception("jobs that are %s", status)
                time.sleep(1)

    def _attempt(self, do: Callable[[dict], None], job: dict) -> None:
        try:
            do(job)
        except Interrupted:
            pass
        except BadFile as error:
            fail(self.store, job, error.code, str(error), error.param)
        except Diverged as error:
            fail(self.store, job, "training_diverged", str(error), "learning_rate_multiplier")
        except (OSError, sqlite3.Error, SafetensorError) as error:
            explained = storage_error(error)
            fail(self.store, job, explained.code or "server_error", explained.message)
        except Exception as error:
            log.exception("job %s", job["id"])  # unlike print, it bears a full disk
            fail(self.store, job, "server_error", f"{type(error).__name__}: {error}")
        if self.store.get("job", job["id"])["status"] in FINAL:
            self.store.drop_state(job["id"])

    def _validate(self, job: dict) -> None:
        files = [name for name in ("training_file", "validation_file") if job[name]]
        named = " and ".join(f"{name.replace('_', ' ')}: {job[name]}" for name in files)
        record.add_event(self.store, job["id"], f"Validating {named}")
        examples, _ = self._read(job)
        with self.store.transaction():
            advance(
                self.store,
                job,
                ["validating_files"],
                "queued",
                "Files validated, moving job to queued state",
                **resolve(job, len(examples)),
            )
            record.add_place(self.store, job["id"])
        self.wake()

    def _read(self, job: dict) -> tuple[list, list]:
        """The examples of the training file and of the validation file."""
        examples = []
        for param in ("training_file", "validation_file"):
            try:
                examples.append(
                    read_examples(self.store.file_path(job[param]).read_bytes(), param) if job[param] else []
                )
            except NotFound:
                raise BadFile("invalid_training_file", param, f"The file {job[param]} was deleted.") from None
            except BrokenStore as error:
                raise BadFile("invalid_training_file", param, str(error)) from None
        return tuple(examples)

    def _train(self, job: dict) -> None:
        compute(import_module, ".state", __package__)  # with torch and PEFT, while no other thread uses them
        from .state import restore, save_state
        from .trainer import Settings, Training

        examples, validation = self._read(job)
        saved = self._saved_state(job)
        started = f"Fine-tuning job goes on after step {saved.step}" if saved else "Fine-tuning job started"
        job = advance(self.store, job, ["queued"], "running", started, **resolve(job, len(examples)))
        settings = Settings(**job["hyperparameters"], seed=job["seed"])
        training = compute(Training, self.model_folder, examples, validation, settings, self.device)
        for _ in in_turns(training.prepare()):
            expect(self.store, job, AT_WORK)
        if saved:
            compute(restore, training, saved)
        told = len(record.steps_told(self.store, job["id"]))  # after a crash some steps are done, but not told, again
        began, first, path = time.time(), training.step, self.store.state_path(job["id"])
        for step in in_turns(training.steps()):
            if not all(map(math.isfinite, record.metrics(step).values())):
                raise Diverged(f"The training diverged at step {step.step}: choose a smaller learning_rate_multiplier.")
            left = (time.time() - began) / (step.step - first) * (step.total_steps - step.step)
            with self.store.transaction():
                pausing = expect(self.store, job, AT_WORK) == "pausing"
                if step.step > told:
                    record.add_step(self.store, job["id"], step)
                self.store.change("job", job["id"], estimated_finish=None if pausing else int(time.time() + left))
            if step.epoch_ended and job["hyperparameters"]["n_epochs"] > 1:
                record.add_checkpoint(self.store, job, step, training)
            if step.epoch_ended or pausing:
                compute(save_state, training, path)
            if pausing:
                advance(self.store, job, ["pausing"], "paused", f"The job was paused after step {step.step}")
                raise Interrupted
        self._succeed(job, training)

    def _saved_state(self, job: dict):
        """The state of a training that was paused or killed; None if it has to begin anew."""
        from .state import read_state

        path = self.store.state_path(job["id"])
        if not path.exists():
            return None
        try:
            return read_state(path)
        except Exception as error:  # safetensors raises its own types, and what it holds may be anything
            self.store.drop_state(job["id"])
            message = f"The saved state of the training is damaged ({error}): the training begins again."
            record.add_event(self.store, job["id"], message, level="warn")
            return None

    def _succeed(self, job: dict, training) -> None:
        name = record.model_name(job)
        with record.saved_weights(self.store, training) as folder, self.store.transaction():
            expect(self.store, job, AT_WORK)
            record.add_model(self.store, name, folder)
            record.add_event(self.store, job["id"], "New fine-tuned model created")
            advance(
                self.store,
                job,
                AT_WORK,
                "succeeded",
                "The job has successfully completed",
                fine_tuned_model=name,
                result_files=[record.add_result_file(self.store, job["id"])],
                trained_tokens=training.tokens,
                finished_at=int(time.time()),
                estimated_finish=None,
            )
