"""The command `openai`, which the package brought until its version 1."""

import json
import time

from steps import EXAMPLES, MODEL, command, step


def openai(*words):
    return command("venv/bin/openai", "api", *words)


@step
def models():
    assert f'"{MODEL}"' in openai("models.list")


@step
def chat():
    assert openai("chat.completions.create", "-m", MODEL, "-g", "user", "What is the weather in Bonn?")


@step
def stream():
    assert openai("chat.completions.create", "-m", MODEL, "-g", "user", "And in Ulm?", "--stream")


@step
def files():
    file = json.loads(openai("files.create", "-f", EXAMPLES, "-p", "fine-tune"))
    assert file["id"] in openai("files.list")
    return file["id"]


@step
def train():
    job = json.loads(openai("fine_tuning.jobs.create", "-m", MODEL, "-F", files))
    while job["status"] not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
        job = json.loads(openai("fine_tuning.jobs.retrieve", "-i", job["id"]))
    assert job["status"] == "succeeded", job["error"]
    assert json.loads(openai("fine_tuning.jobs.list_events", "-i", job["id"]))["data"]
    return job["fine_tuned_model"]


@step
def tuned():
    assert openai("chat.completions.create", "-m", train, "-g", "user", "What is the weather in Bonn?")
