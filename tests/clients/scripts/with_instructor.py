"""Instructor: answers as objects of pydantic, in each of its ways for OpenAI."""

from typing import Literal

import instructor
from openai import OpenAI
from pydantic import BaseModel, ConfigDict
from steps import ASK, MODEL, TUNED, step


class Weather(BaseModel):
    model_config = ConfigDict(extra="forbid")  # else a random model may add keys without end
    city: Literal["Bonn", "Ulm"]
    sunny: bool


def answer(mode, model=MODEL, **more):
    client = instructor.from_openai(OpenAI(), mode=mode)
    return client.chat.completions.create(model=model, messages=ASK, response_model=Weather, **more)


@step
def tools():
    assert answer(instructor.Mode.TOOLS).city in ("Bonn", "Ulm")


@step
def structured():
    assert answer(instructor.Mode.JSON_SCHEMA).city in ("Bonn", "Ulm")


@step
def stream():
    client = instructor.from_openai(OpenAI(), mode=instructor.Mode.JSON_SCHEMA)
    ask = client.chat.completions.create_partial
    assert list(ask(model=MODEL, messages=ASK, response_model=Weather))[-1].city in ("Bonn", "Ulm")


@step
def responses():
    assert answer(instructor.Mode.RESPONSES_TOOLS).city in ("Bonn", "Ulm")


@step
def tuned():
    assert answer(instructor.Mode.JSON_SCHEMA, TUNED, max_tokens=1000).city in ("Bonn", "Ulm")
