"""The folder that the adapter of each succeeded job is exported into: another program, vLLM for instance, reads it."""

import logging
import shutil
import tempfile
import threading
import time
from pathlib import Path
from queue import SimpleQueue

from ..store.aliases import base_model_of
from ..store.database import BrokenStore, DatabaseAway
from ..store.store import NotFound, Store
from ..training.job import Job
from .formats import folder_name, write_export

KIND = "adapter"
RETRY_SECONDS = 1.0  # while the database is away

log = logging.getLogger(__name__)


class BadExportFolder(ValueError):
    """Nothing can be exported into a folder; the message says why."""


class ExportedAdapters(threading.Thread):
    """The thread that keeps the folder as the store is: the model of a job has its adapter there, a deleted one none.

    A reader finds a whole adapter or none. Without a folder, it does nothing. Raises BadExportFolder.
    """

    def __init__(self, store: Store, base_folder: Path, base_model: str, folder: Path | None):
        super().__init__(daemon=True, name="exported adapters")
        self.store, self.base_folder, self.base_model, self.folder = store, base_folder, base_model, folder
        self._models: SimpleQueue[str] = SimpleQueue()
        if folder:
            check_writable(folder)
            for job in store.all("job"):  # a killed server may have left some
                if job["fine_tuned_model"]:
                    self.look_at(job["fine_tuned_model"])

    def look_at(self, model: str) -> None:
        """A tuned model was made or deleted: soon the folder is so, too."""
        if self.folder:
            self._models.put(model)

    def run(self) -> None:
        while self.folder:
            model = self._models.get()
            try:
                self._agree(model, self.folder / folder_name(model, KIND))
            except DatabaseAway as error:
                log.warning("exported adapters wait for the database: %s", error)
                time.sleep(RETRY_SECONDS)
                self.look_at(model)
            except Exception:  # whatever it was, the next ones are to be written
                log.exception("the exported adapter of %s", model)

    def _agree(self, model: str, exported: Path) -> None:
        part = exported.with_name(f".{exported.name}.part")
        shutil.rmtree(part, ignore_errors=True)  # of a killed server
        if not self._exists(model):
            self._remove(model, exported, part)
        elif not exported.exists() and base_model_of(self.store, model) == self.base_model:
            self._write(model, exported, part)

    def _exists(self, model: str) -> bool:
        try:
            return bool(self.store.get("model", model))
        except NotFound:
            return False

    def _write(self, model: str, exported: Path, part: Path) -> None:
        message, level = f"The adapter was exported to {exported}", "info"
        try:
            part.mkdir()
            write_export(part, self.store, self.base_folder, self.base_model, model, KIND).rename(exported)
        except NotFound:
            return  # deleted meanwhile
        except DatabaseAway:
            raise
        except (OSError, BrokenStore) as error:
            if not self._exists(model):
                return  # deleted meanwhile, and its weights with it
            by_hand = f"finetune-server export {KIND} {model} --into {exported.parent}"
            message = (
                f"The adapter was not exported ({error}). Mend that, then start the server again, or run: {by_hand}"
            )
            level = "warn"
        finally:
            shutil.rmtree(part, ignore_errors=True)
        self._tell(model, message, level)  # last: who reads the event finds the folder as it will stay

    def _remove(self, model: str, exported: Path, part: Path) -> None:
        if not exported.exists():
            return
        left = exported
        try:
            left = exported.rename(part)  # first: a reader finds all files or none
            shutil.rmtree(left)
        except OSError as error:
            message = f"The model was deleted, but not its exported adapter ({error}): delete {left} by hand"
            return self._tell(model, message, level="warn")
        self._tell(model, f"The model was deleted, and its exported adapter {exported}")

    def _tell(self, model: str, message: str, level: str = "info") -> None:
        """Add an event to the job of a model, if it is one of a job."""
        for job in self.store.all("job"):
            if job["fine_tuned_model"] == model:
                Job(self.store, job["id"]).log(message, level=level)


def check_writable(folder: Path) -> None:
    """Make the folder unless it is there. Raises BadExportFolder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"Adapters cannot be exported into {folder} ({error}): name another folder with --export-adapters."
        raise BadExportFolder(message) from None
