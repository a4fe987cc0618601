"""Take jobs one after the other from validation to a tuned model.

The store is the queue: a job's status says what is to be done with it next, so a killed server goes on with the
same job, from the last state that was saved.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from safetensors import SafetensorError

from ..graders.grade import Ask
from ..model.allocator import give_back_freed_memory
from ..store.aliases import base_model_of
from ..store.database import DatabaseAway
from ..store.storage_error import storage_error
from ..store.store import Store
from .hyperparameters import resolve_hyperparameters
from .job import FINAL, Interrupted, Job
from .job_inputs import BadModel, read_files, starting_adapter
from .reward_run import GraderFails
from .run_progress import Diverged
from .training_file import BadFile
from .training_processes import ProcessLost
from .training_run import train

log = logging.getLogger(__name__)


class JobRunner:
    """Two threads: one validates the files of new jobs, the other trains, one job at a time."""

    def __init__(
        self,
        store: Store,
        model_folder: Path,
        base_model: str,
        shards: int = 1,
        succeeded: Callable[[str], object] = lambda model: None,
    ):
        """Each job spreads the base model over so many devices. `succeeded` is told of each new tuned model."""
        self.store, self.model_folder, self.base_model, self.shards = store, model_folder, base_model, shards
        self._succeeded = succeeded
        self._work = {
            "validating_files": (self._validate, threading.Event()),
            "queued": (self._train, threading.Event()),
        }
        for job in store.all("job"):
            Job(store, job["id"]).requeue_interrupted()

    def start(self, device: str, ask: Ask) -> None:
        """`ask` asks models of this server, for graders."""
        self.device, self.ask = device, ask
        for status in self._work:
            threading.Thread(target=self._run, args=(status,), daemon=True, name=f"{status} jobs").start()

    def wake(self) -> None:
        """Look for work: some job's status has changed."""
        for _, news in self._work.values():
            news.set()

    def log_queue_position(self, job: Job) -> None:
        """Say how many jobs a queued job waits for."""
        job.log_queue_position()

    def _run(self, status: str) -> None:
        do, news = self._work[status]
        while True:
            news.clear()
            try:
                if job := self._oldest(status):
                    self.attempt(do, job)
                    give_back_freed_memory()  # here, because no traceback holds the training any more
                else:
                    news.wait()
            except OSError:  # the store cannot be read or written: the jobs wait until it can
                log.exception("jobs that are %s", status)
                time.sleep(1)

    def _oldest(self, status: str, besides: Collection[str] = ()) -> Job | None:
        """The oldest job of this status that is not among `besides`, which are ids.

        Jobs of another base model wait until a server with that one is started.
        """
        for job in self.store.all("job"):
            waits = job["status"] == status and job["id"] not in besides
            if waits and base_model_of(self.store, job["model"]) == self.base_model:
                return Job(self.store, job["id"])
        return None

    def attempt(self, do: Callable[[Job], None], job: Job) -> None:
        """Do one piece of a job's work; what goes wrong with it becomes the job's error."""
        try:
            do(job)
        except Interrupted:
            pass
        except (BadFile, BadModel) as error:
            job.fail(error.code, str(error), error.param)
        except Diverged as error:
            job.fail("training_diverged", str(error), "learning_rate_multiplier")
        except GraderFails as error:
            job.fail("grader_failed", str(error), "method.reinforcement.grader")
        except ProcessLost as error:
            log.exception("job %s", job.id)
            job.requeue_interrupted(str(error))
        except DatabaseAway:
            log.exception("job %s", job.id)
            job.requeue_cut_off()
        except (OSError, SafetensorError) as error:
            log.exception("job %s", job.id)
            explained = storage_error(error)
            job.fail(explained.code or "server_error", explained.message)
        except Exception as error:
            log.exception("job %s", job.id)  # unlike print, it survives a full disk
            job.fail("server_error", f"{type(error).__name__}: {error}")
        job.as_soon_as_possible(lambda: self._end(job), "was worked on")

    def _end(self, job: Job) -> None:
        """What is done once a job has ended, if it has."""
        if (ended := job.body)["status"] in FINAL:
            if ended["fine_tuned_model"]:
                self._succeeded(ended["fine_tuned_model"])  # first: what is next may fail
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
            self.log_queue_position(job)
        self.wake()

    def _train(self, job: Job) -> None:
        train(job, self.model_folder, self.device, self.shards, self.ask)
