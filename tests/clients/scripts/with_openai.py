"""The package `openai`, as its README shows it."""

import time
from pathlib import Path
from typing import Literal

from openai import OpenAI
from pydantic import BaseModel
from steps import ASK, EXAMPLES, MODEL, WEATHER, step

client = OpenAI()


class Weather(BaseModel):
    city: Literal["Bonn", "Ulm"]
    sunny: bool


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
    message = reply.choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in message.tool_calls]
    assert message.tool_calls[0].function.name == "weather"
    reply = client.chat.completions.create(model=MODEL, messages=[*ASK, message, *results], tools=[WEATHER])
    assert reply.choices[0].message


@step
def structured():
    reply = client.chat.completions.parse(model=MODEL, messages=ASK, response_format=Weather)
    assert reply.choices[0].message.parsed.city in ("Bonn", "Ulm")


@step
def responses():
    first = client.responses.create(model=MODEL, input="Hello!")
    more = client.responses.create(model=MODEL, input="And now?", previous_response_id=first.id)
    assert client.responses.retrieve(more.id).output_text == more.output_text
    assert client.responses.parse(model=MODEL, input="Bonn?", text_format=Weather).output_parsed
    with client.responses.stream(model=MODEL, input="Hello!") as events:
        assert next(event.type for event in events) == "response.created"


@step
def files():
    file = client.files.create(file=Path(EXAMPLES), purpose="fine-tune")
    assert client.files.content(file.id).read() == Path(EXAMPLES).read_bytes()
    assert file.id in [other.id for other in client.files.list()]
    return file.id


@step
def train():
    method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 5}}}
    job = client.fine_tuning.jobs.create(model=MODEL, training_file=files, method=method, suffix="desk", seed=1)
    while job.status not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.status == "succeeded", job.error
    assert list(client.fine_tuning.jobs.list_events(job.id))
    assert list(client.fine_tuning.jobs.checkpoints.list(job.id))
    assert client.files.content(job.result_files[0]).text.startswith("step,")
    return job.fine_tuned_model


@step
def tuned():
    assert client.chat.completions.create(model=train, messages=ASK).model == train
