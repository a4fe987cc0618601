"""The local API for tests, and what is asked of it."""

import json
import time

import openai

from helpers import jobs


def lines(n, **change):
    message = lambda role, content: {"role": role, "content": content}
    return b"".join(
        json.dumps({"messages": [message("user", f"question {i}"), message("assistant", f"answer {i}")]} | change).encode() + b"\n"
        for i in range(n)
    )


def start(store, model, token=None):
    """A client of a server in this process."""
    from helpers.local_api.app import build
    from helpers.replay.server import serve_in_thread

    return openai.OpenAI(base_url=serve_in_thread(build(store, model, "tiny", token)), api_key=token or "none", max_retries=0)


def upload(api, content, name="train.jsonl"):
    return api.files.create(file=(name, content), purpose="fine-tune").id


def supervised(**hyperparameters):
    return {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}


def until(api, job, reached, seconds=60):
    """The job as soon as `reached(job)` is true."""
    deadline = time.monotonic() + seconds
    while not reached(job):
        assert time.monotonic() < deadline, f"still {job.status}"
        time.sleep(0.02)
        job = api.fine_tuning.jobs.retrieve(job.id)
    return job


def finished(api, job, seconds=60):
    return until(api, job, lambda job: job.status in jobs.FINAL, seconds)
