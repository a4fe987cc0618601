"""Files and fine-tuning jobs: upload once, train once.

Nothing is remembered here. The API is the state: what exists is found by asking it.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import openai
from openai import OpenAI
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob

from . import costs
from .api_errors import explain_errors, is_transient
from .training_data import jsonl

COURSE = {"course": "T-1000"}  # in the metadata of each job that the course makes; the tapes know it by this word
BILLED_BY_TOKENS = ("supervised", "dpo")  # the methods whose price is that of the tokens in the file
PAUSE_SECONDS = (2.0, 10.0)  # before the second and the third try to make something
MAX_PAUSE_SECONDS = 120.0  # that a server may ask us to wait


@explain_errors()
def upload_once(client: OpenAI, path: Path) -> FileObject:
    """The file at the API with this name and content; uploaded only if it is not there yet.

    A file whose processing failed there is not taken for it. Raises OSError if the path cannot be read,
    openai.APIError if the API refuses, and ValueError, with the API's reason, if it cannot process the file.
    """
    path = Path(path)
    content = path.read_bytes()

    def find() -> FileObject | None:
        for file in client.files.list(purpose="fine-tune"):
            same = (file.filename, file.bytes) == (path.name, len(content))
            if same and file.status != "error" and client.files.content(file.id).content == content:
                return file

    def upload() -> FileObject:
        return client.with_options(max_retries=0).files.create(file=(path.name, content), purpose="fine-tune")

    file = find() or _make_once(upload, find)
    if file.status in ("pending", "running"):  # Microsoft Foundry reads a file through before a job may name it
        file = client.files.wait_for_processing(file.id)
    if file.status == "error":
        reason = file.status_details or "no reason is given"
        raise ValueError(f"{path} was uploaded as {file.id}, but could not be processed: {reason}. Correct the file.")
    return file


def _make_once(make: Callable, find: Callable):
    """The result of `make`. A request whose answer got lost may still have succeeded, so `find` looks before a retry.

    `make` must not retry by itself, as the SDK does by default. After a timeout there is no retry: the server may
    still be at work.
    """
    for pause in PAUSE_SECONDS:
        try:
            return make()
        except openai.APIError as error:
            if not is_transient(error) or isinstance(error, openai.APITimeoutError):
                raise
            time.sleep(min(max(pause, _retry_after(error)), MAX_PAUSE_SECONDS))
        if there := find():
            return there
    return make()


def _retry_after(error: openai.APIError) -> float:
    """Seconds that the server asks us to wait; 0 if it does not say, or names a date."""
    response = getattr(error, "response", None)
    try:
        return 0.0 if response is None else float(response.headers["retry-after"])
    except (KeyError, ValueError):
        return 0.0


def label(*paths: Path, **settings) -> dict[str, str]:
    """Metadata that marks a job as "these files with these settings", to find it again. Raises OSError."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())  # a digest each: lines may not move over
    digest.update(repr(sorted(settings.items())).encode())
    return COURSE | {"fingerprint": digest.hexdigest()[:16]}


def find(client: OpenAI, metadata: dict[str, str]) -> FineTuningJob | None:
    """The newest job with this metadata that has not failed and was not cancelled."""
    for job in client.fine_tuning.jobs.list(limit=100):
        if metadata.items() <= (job.metadata or {}).items() and job.status not in ("failed", "cancelled"):
            return job
    return None


@explain_errors()
def train_once(
    client: OpenAI, *, budget_usd: float | None, metadata: dict[str, str] | None = None, **request
) -> FineTuningJob:
    """The job for this request; created only if none like it runs or has succeeded.

    `metadata` is the label to find it by. By default it is made from the files' contents, the model and the settings,
    so that the same files, model and settings never make a second job, whatever the file or the new model is called.
    With `budget_usd` the price of a new job is estimated and shown first; None means that training is free. Pass
    `backend.budget_usd`, which is the one or the other. Raises costs.OverBudget above the budget, costs.NoPrice or
    ValueError where the price cannot be estimated; then nothing was started. Raises openai.APIError.
    """
    content = cache(lambda file_id: client.files.content(file_id).content)
    metadata = metadata or label(request=_identity(request, content))
    if earlier := find(client, metadata):
        return earlier
    if budget_usd is not None:
        _check_billed_by_tokens(request)
        examples = examples_in(content(request["training_file"]))
        estimate = costs.estimate(examples, request["model"], hyperparameters(request).get("n_epochs", "auto"))
        print(f"{estimate} Budget: {budget_usd:.2f} USD.")
        costs.check_budget(estimate.usd, budget_usd)
    create = client.with_options(max_retries=0).fine_tuning.jobs.create
    job = _make_once(lambda: create(metadata=metadata, **request), lambda: find(client, metadata))
    if not metadata.items() <= (job.metadata or {}).items():
        print(f"This backend keeps no labels: running this again would train and bill again. Note the job: {job.id}")
    return job


def _check_billed_by_tokens(request: dict) -> None:
    """Raise costs.NoPrice for a method whose price does not follow from its file."""
    method = request.get("method") or {}
    if (kind := method.get("type", "supervised")) not in BILLED_BY_TOKENS:
        raise costs.NoPrice(
            f"The price of the method {kind!r} cannot be estimated from its file, so nothing was started. "
            "Look it up, and start the job with client.fine_tuning.jobs.create if you want it."
        )


def _identity(request: dict, content: Callable[[str], bytes]) -> str:
    """What two requests for the same training have in common, as JSON. Not the suffix: it only names the model."""
    files = {key: request.get(key) for key in ("training_file", "validation_file")}
    digests = {key: file and hashlib.sha256(content(file)).hexdigest() for key, file in files.items()}
    method = request.get("method") or {}
    kind = method.get("type", "supervised")
    numbers = {k: v if isinstance(v, str) else float(v) for k, v in hyperparameters(request).items()}  # 2 is 2.0
    settings = method.get(kind, {}) | {"hyperparameters": numbers}
    same = {"model": request["model"], "seed": request.get("seed"), "method": kind, "settings": settings}
    return json.dumps(digests | same, sort_keys=True)


def hyperparameters(request: dict) -> dict:
    """Those that the request sets, in its method or in the older field. "auto" is the default, so it is left out."""
    method = request.get("method") or {}
    chosen = method.get(method.get("type"), {}).get("hyperparameters") or request.get("hyperparameters") or {}
    return {name: value for name, value in chosen.items() if value != "auto"}


def examples_in(content: bytes) -> Iterator[dict]:
    """The examples of an uploaded file. Raises ValueError that names the line where one is not JSON."""
    for n, line in jsonl.lines_in(io.BytesIO(content)):
        try:
            yield jsonl.parse_line(line)
        except ValueError as error:
            raise ValueError(f"Line {n} of the training file is not JSON ({error}). Nothing was started.") from None
