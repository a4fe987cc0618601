"""The client for Azure in the package `openai`, whose paths, header for the key and query are others."""

import os
import time
from pathlib import Path

from openai import AzureOpenAI
from steps import ASK, BASE_URL, EXAMPLES, KEY, MODEL, WEATHER, step

del os.environ["OPENAI_BASE_URL"]  # this client wants Azure's address, and refuses both
client = AzureOpenAI(azure_endpoint=BASE_URL.removesuffix("/v1"), api_key=KEY, api_version="2025-04-01-preview")


@step
def models():
    assert MODEL in [model.id for model in client.models.list()]


@step
def chat():
    assert isinstance(client.chat.completions.create(model=MODEL, messages=ASK).choices[0].message.content, str)


@step
def stream():
    chunks = client.chat.completions.create(model=MODEL, messages=ASK, stream=True)
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] in ("stop", "length")


@step
def tools():
    reply = client.chat.completions.create(model=MODEL, messages=ASK, tools=[WEATHER], tool_choice="required")
    assert reply.choices[0].message.tool_calls[0].function.name == "weather"


@step
def structured():
    form = {"type": "json_object"}
    assert client.chat.completions.create(model=MODEL, messages=ASK, response_format=form).choices


@step
def responses():
    assert isinstance(client.responses.create(model=MODEL, input="Hello!").output_text, str)


@step
def files():
    file = client.files.create(file=Path(EXAMPLES), purpose="fine-tune")
    assert client.files.content(file.id).read() == Path(EXAMPLES).read_bytes()
    return file.id


@step
def train():
    job = client.fine_tuning.jobs.create(model=MODEL, training_file=files, extra_body={"trainingType": "Standard"})
    while job.status not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.status == "succeeded", job.error
    return job.fine_tuned_model


@step
def tuned():
    assert client.chat.completions.create(model=train, messages=ASK).model == train
