"""What a job is made from: its files, and the model it starts from. Both may be gone when its turn comes."""

from pathlib import Path

from ..graders.read_grader import read_grader
from ..protocol.objects import base_in_name
from ..store.database import BrokenStore
from ..store.store import NotFound, Store
from .item_file import check_items_fit, read_items
from .preference_file import read_pairs
from .training_file import BadFile, read_examples

READERS = {"supervised": read_examples, "dpo": read_pairs, "reinforcement": read_items}  # by method


class BadModel(ValueError):
    """The tuned model that a job starts from is gone or damaged. `code` and `param` go into the failed job's error."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.param = code, "model"


def read_files(store: Store, job: dict) -> tuple[list[dict], list[dict]]:
    """The examples of the training file and of the validation file. Raises BadFile."""
    return _read_file(store, job, "training_file"), _read_file(store, job, "validation_file")


def _read_file(store: Store, job: dict, param: str) -> list[dict]:
    if not job[param]:
        return []
    try:
        examples = READERS[job["method"]["type"]](store.file_path(job[param]).read_bytes(), param)
    except NotFound:
        raise BadFile("invalid_training_file", param, f"The file {job[param]} was deleted.") from None
    except BrokenStore as error:
        raise BadFile("invalid_training_file", param, str(error)) from None
    if job["method"]["type"] == "reinforcement":
        check_items_fit(examples, read_grader(job["method"]["reinforcement"]["grader"]), param)
    return examples


def starting_adapter(store: Store, name: str) -> Path | None:
    """Where the adapter of the model is kept that a job starts from; None for the base model. Raises BadModel."""
    try:
        return None if base_in_name(name) == name else store.weights_folder(name)
    except NotFound:
        message = f"The model {name}, which the job starts from, was deleted: name another one."
        raise BadModel("model_not_found", message) from None
    except BrokenStore as error:
        raise BadModel("broken_store", str(error)) from None
