"""Files and fine-tuning jobs: upload once, train once, follow, read the curve.

Nothing is remembered here. The API is the state: what exists is found by asking it.
"""

import base64
import hashlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import openai
import pandas as pd
from openai import OpenAI
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob
from tqdm import tqdm

from . import costs
from .data import jsonl

FINAL = ("succeeded", "failed", "cancelled")
WAYS_ON = {
    "training_not_available": "OpenAI no longer lets this account train (it is closing its fine-tuning service). "
                              'Go on with helpers.use("replay") or helpers.use("local").',
    "insufficient_quota": "The account has no credit left. Add some, or go on with helpers.use(\"local\").",
    401: "The key was not accepted. Check OPENAI_API_KEY, or go on with helpers.use(\"replay\"), which needs none.",
    429: "Too many requests for this account. Wait a minute, then run the cell again.",
}  # fmt: skip


def explain(error: openai.APIStatusError) -> str:
    """One sentence on what a refusal means and how to go on."""
    way_on = WAYS_ON.get(error.code) or WAYS_ON.get(error.status_code)
    return way_on or f"The API refused this with status {error.status_code}: {message_of(error)}"


def message_of(error: openai.APIStatusError) -> str:
    """The API's own words. `error.body` is the inner error object."""
    return error.body.get("message", str(error)) if isinstance(error.body, dict) else str(error)


def upload_once(client: OpenAI, path: Path) -> FileObject:
    """The file at the API with this name and content; uploaded only if it is not there yet."""
    path = Path(path)
    content = path.read_bytes()
    for file in client.files.list(purpose="fine-tune"):
        if (file.filename, file.bytes) == (path.name, len(content)) and client.files.content(file.id).content == content:
            return file
    return client.files.create(file=(path.name, content), purpose="fine-tune")


def label(*paths: Path, **settings) -> dict[str, str]:
    """Metadata that marks a job as "this data with these settings", to find it again."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    digest.update(repr(sorted(settings.items())).encode())
    return {"course": "T-1000", "fingerprint": digest.hexdigest()[:16]}


def find(client: OpenAI, metadata: dict[str, str]) -> FineTuningJob | None:
    """The newest job with this metadata that has not failed and was not cancelled."""
    for job in client.fine_tuning.jobs.list(limit=100):
        if job.metadata == metadata and job.status not in ("failed", "cancelled"):
            return job
    return None


def train_once(
    client: OpenAI, *, metadata: dict[str, str] | None = None, budget_usd: float | None = None, **request
) -> FineTuningJob:
    """The job for this request; created only if none like it runs or has succeeded.

    `metadata` is the label to find it by. Left out, it is made from the files' contents, the model and the settings,
    so that the same files, model and settings never make a second job, whatever the file or the new model is called.
    With `budget_usd` the price of a new job is estimated and shown first. Raises costs.OverBudget above it, and
    costs.NoPrice or ValueError where it cannot be estimated; then nothing was started. Where training is free, its
    model has no price: leave `budget_usd` out.
    """
    content = cache(lambda file_id: client.files.content(file_id).content)
    metadata = metadata or label(request=_what_counts(request, content))
    if earlier := find(client, metadata):
        return earlier
    if budget_usd is not None:
        examples = _examples(content(request["training_file"]))
        estimate = costs.estimate(examples, request["model"], _hyperparameters(request).get("n_epochs", "auto"))
        print(f"{estimate} Budget: {budget_usd:.2f} USD.")
        costs.check_budget(estimate.usd, budget_usd)
    try:  # an SDK that asks again after a lost answer would make a second job
        return client.with_options(max_retries=0).fine_tuning.jobs.create(metadata=metadata, **request)
    except (openai.APIConnectionError, openai.InternalServerError):
        if created := find(client, metadata):
            return created
        raise


def _what_counts(request: dict, content: Callable[[str], bytes]) -> str:
    """What makes two requests the same training, as JSON. The suffix does not: it only names the model to come."""
    files = {key: request.get(key) for key in ("training_file", "validation_file")}
    digests = {key: file and hashlib.sha256(content(file)).hexdigest() for key, file in files.items()}
    method = request.get("method") or {}
    kind = method.get("type", "supervised")
    numbers = {k: v if isinstance(v, str) else float(v) for k, v in _hyperparameters(request).items()}  # 2 is 2.0
    settings = method.get(kind, {}) | {"hyperparameters": numbers}
    same = {"model": request["model"], "seed": request.get("seed"), "method": kind, "settings": settings}
    return json.dumps(digests | same, sort_keys=True)


def _hyperparameters(request: dict) -> dict:
    """Those that the request sets, in its method or in the older field, but for "auto", which is what is left out."""
    method = request.get("method") or {}
    chosen = method.get(method.get("type"), {}).get("hyperparameters") or request.get("hyperparameters") or {}
    return {name: value for name, value in chosen.items() if value != "auto"}


def _examples(content: bytes) -> Iterator[dict]:
    """The examples of an uploaded file. Raises ValueError, which names the line, where one is not JSON."""
    for n, line in jsonl.lines_in(io.BytesIO(content)):
        try:
            yield jsonl.parse(line)
        except ValueError as error:
            raise ValueError(f"Line {n} of the training file is not JSON ({error}). Nothing was started.") from None


def follow(client: OpenAI, job_id: str, poll_seconds: float) -> FineTuningJob:
    """Show a job's progress until it ends. Interrupting leaves the job alone; call again to go on."""
    with tqdm(total=1, file=sys.stdout, bar_format="{desc}|{bar:30}| {n}/{total} {postfix}", ascii=" ▏▎▍▌▋▊▉█") as bar:
        while True:
            job = client.fine_tuning.jobs.retrieve(job_id)
            newest = client.fine_tuning.jobs.list_events(job_id, limit=5).data
            for event in newest:
                if event.type == "metrics":
                    bar.total, bar.n = event.data["total_steps"], event.data["step"]
                    bar.set_postfix_str(f"training loss {event.data['train_loss']:.2f}", refresh=False)
                    break
            bar.set_description_str(f"{job.status} ", refresh=False)
            if job.status in FINAL:
                bar.n = bar.total if job.status == "succeeded" else bar.n
                bar.refresh()
                return job
            bar.refresh()
            time.sleep(poll_seconds)


def events(client: OpenAI, job_id: str) -> list:
    """All events of a job, oldest first."""
    return list(client.fine_tuning.jobs.list_events(job_id, limit=100))[::-1]


def loss_curve(events: list) -> pd.DataFrame:
    """What was measured, indexed by step: train_loss, and valid_loss, full_valid_loss where they were measured."""
    measured = [event.data for event in events if event.type == "metrics"]
    return pd.DataFrame(measured).set_index("step")


def result_table(client: OpenAI, job: FineTuningJob) -> pd.DataFrame:
    """The job's result file. OpenAI has sent it as CSV and as base64 of CSV; both are read."""
    content = client.files.content(job.result_files[0]).content
    if not content.startswith(b"step"):
        content = base64.b64decode(content)
    return pd.read_csv(io.BytesIO(content), index_col="step")
