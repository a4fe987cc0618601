"""The asynchronous client of the package `openai`."""

import asyncio
from typing import Literal

from openai import AsyncOpenAI
from pydantic import BaseModel
from steps import ASK, EXAMPLES, MODEL, WEATHER, step

loop = asyncio.new_event_loop()
client = AsyncOpenAI()


class Weather(BaseModel):
    city: Literal["Bonn", "Ulm"]


def awaited(run):
    """A step that is a coroutine function."""

    def wait():
        return loop.run_until_complete(run())

    wait.__name__ = run.__name__
    return step(wait)


@awaited
async def models():
    assert MODEL in [model.id async for model in client.models.list()]


@awaited
async def chat():
    ask = client.chat.completions.create
    replies = await asyncio.gather(*(ask(model=MODEL, messages=ASK, seed=n) for n in range(4)))
    assert all(isinstance(reply.choices[0].message.content, str) for reply in replies)


@awaited
async def stream():
    async with client.chat.completions.stream(model=MODEL, messages=ASK) as events:
        assert "chunk" in [event.type async for event in events]


@awaited
async def tools():
    choice = {"type": "function", "function": {"name": "weather"}}
    reply = await client.chat.completions.create(model=MODEL, messages=ASK, tools=[WEATHER], tool_choice=choice)
    assert reply.choices[0].message.tool_calls[0].function.name == "weather"


@awaited
async def structured():
    reply = await client.chat.completions.parse(model=MODEL, messages=ASK, response_format=Weather)
    assert reply.choices[0].message.parsed.city in ("Bonn", "Ulm")


@awaited
async def responses():
    events = [event.type async for event in await client.responses.create(model=MODEL, input="Hello!", stream=True)]
    assert events[0] == "response.created" and events[-1] in ("response.completed", "response.incomplete")


@awaited
async def files():
    with open(EXAMPLES, "rb") as examples:
        file = await client.files.create(file=examples, purpose="fine-tune")
    return (await client.files.wait_for_processing(file.id)).id


@awaited
async def train():
    hyperparameters = {"n_epochs": 1, "batch_size": 10}  # the older form of `method`
    job = await client.fine_tuning.jobs.create(model=MODEL, training_file=files, hyperparameters=hyperparameters)
    while job.status not in ("succeeded", "failed", "cancelled"):
        await asyncio.sleep(0.5)
        job = await client.fine_tuning.jobs.retrieve(job.id)
    assert job.status == "succeeded", job.error
    assert job.id in [other.id async for other in client.fine_tuning.jobs.list()]
    return job.fine_tuned_model


@awaited
async def tuned():
    assert (await client.chat.completions.create(model=train, messages=ASK)).model == train
