"""Files and fine-tuning jobs: upload once, train once, follow, read the curve.

Nothing is remembered here. The API is the state: what exists is found by asking it.
"""

import base64
import hashlib
import io
import sys
import time
from pathlib import Path

import openai
import pandas as pd
from openai import OpenAI
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob
from tqdm import tqdm

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


def train_once(client: OpenAI, *, metadata: dict[str, str], **request) -> FineTuningJob:
    """The job with this metadata; created only if there is none that runs or succeeded."""
    return find(client, metadata) or client.fine_tuning.jobs.create(metadata=metadata, **request)


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
