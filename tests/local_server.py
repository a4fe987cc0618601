"""The server for tests, in this process or as one that can be killed, and what is asked of it. It knows no helper."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import openai
import uvicorn
from openai.types.fine_tuning.dpo_hyperparameters_param import DpoHyperparametersParam
from openai.types.fine_tuning.job_create_params import Method
from openai.types.fine_tuning.supervised_hyperparameters_param import SupervisedHyperparametersParam

ROOT = Path(__file__).resolve().parent.parent
FINAL = ("succeeded", "failed", "cancelled")
START_SECONDS = 60  # a server in this process, on a busy machine


def lines(n, **change):
    message = lambda role, content: {"role": role, "content": content}
    return b"".join(
        json.dumps(
            {"messages": [message("user", f"question {i}"), message("assistant", f"answer {i}")]} | change
        ).encode()
        + b"\n"
        for i in range(n)
    )


def pairs(n, **change):
    """Lines of a preference file: the polite answer is preferred."""
    said = lambda role, content: [{"role": role, "content": content}]
    return b"".join(
        json.dumps(
            {
                "input": {"messages": said("user", f"question {i}")},
                "preferred_output": said("assistant", f"Yes please, {i}"),
                "non_preferred_output": said("assistant", f"no {i}"),
            }
            | change
        ).encode()
        + b"\n"
        for i in range(n)
    )


def start(store, model, token=None, **settings):
    """A client of a server in this process, which ends with it; `settings` are those of `app.build`."""
    from finetune_server.app import build

    app = build(store, model, "tiny", token, **settings)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", ws="none", timeout_keep_alive=75
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    return openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=token or "none", max_retries=0)


def upload(api, content, name="train.jsonl"):
    return api.files.create(file=(name, content), purpose="fine-tune").id


def supervised(**hyperparameters: Unpack[SupervisedHyperparametersParam]) -> Method:
    return {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}


def dpo(**hyperparameters: Unpack[DpoHyperparametersParam]) -> Method:
    return {"type": "dpo", "dpo": {"hyperparameters": hyperparameters}}


def wait(reached, seconds=60):
    """What `reached()` returns, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < deadline, f"not reached in {seconds} s"
        time.sleep(0.02)
    return found


def until(api, job, reached, seconds=60):
    """The job as soon as `reached(job)` is true."""
    deadline = time.monotonic() + seconds
    while not reached(job):
        assert time.monotonic() < deadline, f"still {job.status}"
        time.sleep(0.05)
        job = api.fine_tuning.jobs.retrieve(job.id)
    return job


def finished(api, job, seconds=60):
    return until(api, job, lambda job: job.status in FINAL, seconds)


def messages(api, job):
    """The messages of a job's events, oldest first."""
    return [event.message for event in events(api, job)]


def events(api, job):
    """All events of a job, oldest first."""
    return list(api.fine_tuning.jobs.list_events(job.id, limit=100))[::-1]


def steps_told(api, job):
    """The newest step of a job that its events tell."""
    newest = api.fine_tuning.jobs.list_events(job.id, limit=5).data
    return max((event.data["step"] for event in newest if event.type == "metrics"), default=0)


def pause_after(step, api, monkeypatch):
    """Pause the next job after this step, as a client does that is quick enough: the job, once it is pausing."""
    from finetune_server.training.run_progress import RunProgress

    def log_and_pause(progress, done, *rest):
        pausing = log_step(progress, done, *rest)
        if done.step == step and not paused:
            paused.append(api.fine_tuning.jobs.pause(progress.job.id))
        return pausing

    log_step, paused = RunProgress.log_step, []
    monkeypatch.setattr(RunProgress, "log_step", log_and_pause)
    return paused


class Server:
    """The server as a process of its own, on a free port, with its own store."""

    def __init__(self, store: Path, model: str, aliases: Sequence[str] = (), options: Sequence[str] = ()):
        self.store, self.model, self.aliases, self.options = Path(store), str(model), aliases, options
        self.log = self.store.with_name(f"{self.store.name}.log")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.api = openai.OpenAI(base_url=f"http://127.0.0.1:{self.port}/v1", api_key="none", max_retries=0)

    def launch(self) -> None:
        command = [sys.executable, "-m", "finetune_server", "--model", self.model, "--device", "cpu"]
        command += ["--store", str(self.store), "--port", str(self.port)]
        command += [word for alias in self.aliases for word in ("--alias", alias)] + [*self.options]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def start(self, seconds: float = 600) -> float:
        """Start it; returns after how many seconds it answered."""
        began = time.perf_counter()
        self.launch()
        while time.perf_counter() - began < seconds:
            assert self.process.poll() is None, self.log.read_text()
            try:
                self.api.models.list()
                return time.perf_counter() - began
            except openai.APIConnectionError:
                time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s: {self.log.read_text()}")

    @property
    def base_model(self) -> str:
        return Path(self.model).name

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
