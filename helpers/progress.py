"""A job's progress: followed to its end, its events, its loss curve, its result file."""

import base64
import io
import sys
import time

import openai
import pandas as pd
from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob
from tqdm import tqdm

from .refusals import explained, passes

FINAL = ("succeeded", "failed", "cancelled")
PATIENCE = 40  # looks in a row that may fail before `follow` gives up
LONGEST_LOOK = 60.0  # seconds; a connection that died while the machine slept says nothing for ever


@explained()
def follow(client: OpenAI, job_id: str, poll_seconds: float) -> FineTuningJob:
    """Show a job's progress until it ends, and say why if it did not succeed.

    Interrupting leaves the job alone; call again to go on. While the network or the server fails, it keeps asking.
    """
    client = client.with_options(timeout=LONGEST_LOOK, max_retries=0)  # `_look` asks again, and says so
    began = time.monotonic()
    with tqdm(total=1, file=sys.stdout, bar_format="{desc}|{bar:30}| {n}/{total} {postfix}", ascii=" ▏▎▍▌▋▊▉█") as bar:
        while True:
            job, newest = _look(client, job_id, poll_seconds, bar)
            _show(job, newest, time.monotonic() - began, bar)
            if job.status in (*FINAL, "paused"):
                break
            time.sleep(poll_seconds)
    if job.status != "succeeded":
        print(ending(job))
    return job


def _show(job: FineTuningJob, newest: list, seconds: float, bar: tqdm) -> None:
    """Draw how far the job is, or for how long we have waited for it."""
    if measured := next((event.data for event in newest if event.type == "metrics"), None):
        bar.n = measured["step"]
        bar.total = measured.get("total_steps") or max(bar.total, bar.n)  # Microsoft Foundry does not say how many
        bar.set_postfix_str(f"training loss {measured['train_loss']:.2f}", refresh=False)
    elif not bar.n:  # later events than the last step may be all there is among the newest
        waits = job.status not in ("running", *FINAL)
        says = f"waiting for {seconds / 60:.0f} min; stop this cell if you like, the job stays" if waits else ""
        bar.set_postfix_str(says, refresh=False)
    if job.status == "succeeded":
        bar.n = bar.total
    bar.set_description_str(f"{job.status} ")


def _look(client: OpenAI, job_id: str, poll_seconds: float, bar: tqdm) -> tuple[FineTuningJob, list]:
    """The job and its newest events, asked for again while the API fails in ways that may pass."""
    ask = lambda: (client.fine_tuning.jobs.retrieve(job_id), client.fine_tuning.jobs.list_events(job_id, limit=5).data)
    for _ in range(PATIENCE):
        try:
            return ask()
        except openai.APIError as error:
            if not passes(error):
                raise
            bar.set_description_str("no answer, asking again ")
            time.sleep(poll_seconds)
    return ask()


def ending(job: FineTuningJob) -> str:
    """A sentence on how a job ended that did not succeed, and how to go on."""
    if job.status == "paused":
        return f"The job is paused. client.fine_tuning.jobs.resume({job.id!r}) goes on with it; then follow it again."
    if job.status == "cancelled":
        return "The job was cancelled; what it trained until then may be billed. train_once starts a new one."
    why = "and the API does not say why"
    if job.error and job.error.code:  # a job that has not failed may carry an empty error, which is true
        why = f"{job.error.code}: {(job.error.message or '').rstrip('.')}"
    return f"The job failed, {why}. Mend that and run train_once again: a failed job never counts as done."


def events(client: OpenAI, job_id: str) -> list:
    """All events of a job, oldest first."""
    return list(client.fine_tuning.jobs.list_events(job_id, limit=100))[::-1]


def loss_curve(events: list) -> pd.DataFrame:
    """What was measured, indexed by step: train_loss, and valid_loss, full_valid_loss where they were measured.

    Raises ValueError if there is nothing yet.
    """
    measured = [event.data for event in events if event.type == "metrics"]
    if not measured:
        raise ValueError("Nothing was measured yet: the job has made no step, or failed before the first one.")
    return pd.DataFrame(measured).set_index("step")


def result_table(client: OpenAI, job: FineTuningJob) -> pd.DataFrame:
    """The job's result file. OpenAI has sent it as CSV and as base64 of CSV; both are read."""
    content = client.files.content(job.result_files[0]).content
    if not content.startswith(b"step"):
        content = base64.b64decode(content)
    return pd.read_csv(io.BytesIO(content), index_col="step")
