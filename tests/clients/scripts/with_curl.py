"""The command `curl`, as OpenAI's reference shows its requests."""

import json
import time
from pathlib import Path

from steps import ASK, BASE_URL, EXAMPLES, KEY, MODEL, PARAMETERS, WEATHER, command, step


def curl(path, *words, **body):
    """What the server sends; the keywords are the request's JSON."""
    if body:
        words = ("-H", "Content-Type: application/json", "-d", json.dumps({"model": MODEL} | body))
    return command(
        "curl", "-sS", "--fail-with-body", f"{BASE_URL}/{path}", "-H", f"Authorization: Bearer {KEY}", *words
    )


@step
def models():
    assert MODEL in [model["id"] for model in json.loads(curl("models"))["data"]]


@step
def chat():
    assert json.loads(curl("chat/completions", messages=ASK))["choices"][0]["finish_reason"] in ("stop", "length")


@step
def stream():
    events = curl("chat/completions", "-N", messages=ASK, stream=True).split("\n\n")
    assert len(events) > 2 and events[-2] == "data: [DONE]"


@step
def tools():
    reply = json.loads(curl("chat/completions", messages=ASK, tools=[WEATHER], tool_choice="required"))
    call = reply["choices"][0]["message"]["tool_calls"][0]["function"]
    assert json.loads(call["arguments"])["city"] in ("Bonn", "Ulm")


@step
def structured():
    schema = {"name": "weather", "strict": True, "schema": PARAMETERS}
    form = {"type": "json_schema", "json_schema": schema}
    reply = json.loads(curl("chat/completions", messages=ASK, response_format=form))
    assert json.loads(reply["choices"][0]["message"]["content"])["city"] in ("Bonn", "Ulm")


@step
def responses():
    assert json.loads(curl("responses", input="Hello!"))["output"][0]["content"][0]["text"]


@step
def files():
    file = json.loads(curl("files", "-F", "purpose=fine-tune", "-F", f"file=@{EXAMPLES}"))
    assert curl(f"files/{file['id']}/content") == Path(EXAMPLES).read_text("utf-8")
    return file["id"]


@step
def train():
    method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}}
    job = json.loads(curl("fine_tuning/jobs", training_file=files, method=method))
    while job["status"] not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
        job = json.loads(curl(f"fine_tuning/jobs/{job['id']}"))
    assert job["status"] == "succeeded", job["error"]
    assert json.loads(curl(f"fine_tuning/jobs/{job['id']}/events"))["data"]
    return job["fine_tuned_model"]


@step
def tuned():
    assert json.loads(curl("chat/completions", model=train, messages=ASK))["model"] == train
