"""A job's progress: followed to its end, its events, its loss curve, its result file."""

import base64
import io
import sys
import time
from collections.abc import Iterable

import openai
import pandas as pd
from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob
from tqdm import tqdm

from .api_errors import explain_errors, is_transient

FINAL = ("succeeded", "failed", "cancelled")
MAX_FAILED_LOOKS = 40  # in a row, before `follow` gives up
LOOK_TIMEOUT_SECONDS = 60.0  # a connection that died while the machine slept would wait for ever


def progress_bar(items: Iterable | None = None, description: str = "", total: int = 1) -> tqdm:
    """A progress bar on standard output, without times, so that a notebook shows the same each time it runs."""
    bar_format = "{desc}|{bar:30}| {n}/{total}{postfix}"
    return tqdm(items, description, total, file=sys.stdout, bar_format=bar_format, ascii=" ▏▎▍▌▋▊▉█")


@explain_errors()
def follow(client: OpenAI, job_id: str, poll_seconds: float) -> FineTuningJob:
    """Show a job's progress until it ends, and say why if it did not succeed.

    Interrupting leaves the job alone; call again to go on. While the network or the server fails, it keeps asking.
    Raises openai.APIError where asking again does not help.
    """
    client = client.with_options(timeout=LOOK_TIMEOUT_SECONDS, max_retries=0)  # `_look` asks again, and says so
    began = time.monotonic()
    with progress_bar() as bar:
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
    """Draw how far the job is, or for how long it has been waiting."""
    says = ""
    if measured := next((event.data for event in newest if event.type == "metrics"), None):
        bar.n = measured["step"]
        bar.total = measured.get("total_steps") or max(bar.total, bar.n)  # Microsoft Foundry does not say how many
        loss, reward = measured.get("train_loss"), measured.get("train_mean_reward")
        says = f", mean reward {reward:.2f}" if loss is None else f", training loss {loss:.3f}"
    elif not bar.n and job.status not in ("running", *FINAL):  # the newest events may all be later than the last step
        says = f", waiting for {seconds / 60:.0f} min; stop this cell if you like, the job stays"
    if job.status == "succeeded":
        bar.n = bar.total
    bar.set_description_str(f"{job.status}{says} ")


def _look(client: OpenAI, job_id: str, poll_seconds: float, bar: tqdm) -> tuple[FineTuningJob, list]:
    """The job and its newest events, asked for again after transient errors."""
    ask = lambda: (client.fine_tuning.jobs.retrieve(job_id), client.fine_tuning.jobs.list_events(job_id, limit=5).data)
    for _ in range(MAX_FAILED_LOOKS):
        try:
            return ask()
        except openai.APIError as error:
            if not is_transient(error):
                raise
            bar.set_description_str("no answer, asking again ")
            time.sleep(poll_seconds)
    return ask()


def ending(job: FineTuningJob) -> str:
    """A sentence on why a job did not succeed, and what to do next."""
    if job.status == "paused":
        return f"The job is paused. client.fine_tuning.jobs.resume({job.id!r}) goes on with it; then follow it again."
    if job.status == "cancelled":
        return "The job was cancelled; what it trained until then may be billed. train_once starts a new one."
    why = "and the API does not say why"
    if job.error and job.error.code:  # a job that has not failed may carry an empty error, which is true
        why = f"{job.error.code}: {(job.error.message or '').rstrip('.')}"
    return f"The job failed, {why}. Correct that and run train_once again: a failed job never counts as done."


def events(client: OpenAI, job_id: str) -> list:
    """All events of a job, oldest first."""
    return list(client.fine_tuning.jobs.list_events(job_id, limit=100))[::-1]


def loss_curve(events: list) -> pd.DataFrame:
    """The measurements, indexed by step: train_loss, and where they were measured valid_loss, full_valid_loss.

    The method reinforcement has train_mean_reward and full_valid_mean_reward instead.

    Raises ValueError if there are none yet.
    """
    measured = [event.data for event in events if event.type == "metrics"]
    if not measured:
        raise ValueError("Nothing was measured yet: the job has made no step, or failed before the first one.")
    return pd.DataFrame(measured).set_index("step")


def result_table(client: OpenAI, job: FineTuningJob) -> pd.DataFrame:
    """The job's result file, indexed by step; NaN if nothing was validated, for which Azure writes -1.

    OpenAI has sent it as CSV and as base64 of CSV; both are read.
    """
    content = client.files.content(job.result_files[0]).content
    if not content.startswith(b"step"):
        content = base64.b64decode(content)
    table = pd.read_csv(io.BytesIO(content), index_col="step")
    return table.mask(table == -1)  # no loss and no accuracy is below 0
