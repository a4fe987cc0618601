"""Pydantic AI."""

import asyncio
from typing import Literal

from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from steps import MODEL, TUNED, step

loop = asyncio.new_event_loop()  # one for all steps: the clients keep their connections in it
asyncio.set_event_loop(loop)
QUESTION = "What is the weather in Bonn?"
of_chat, of_responses = OpenAIChatModel(MODEL), OpenAIResponsesModel(MODEL)


class Weather(BaseModel):
    city: Literal["Bonn", "Ulm"]
    sunny: bool


def weather(city: Literal["Bonn", "Ulm"]) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


@step
def chat():
    assert isinstance(Agent(of_chat).run_sync(QUESTION, model_settings={"temperature": 0}).output, str)


@step
def stream():
    async def texts():
        async with Agent(of_chat).run_stream(QUESTION, model_settings={"temperature": 0}) as result:
            return [text async for text in result.stream_text(debounce_by=None)]

    assert len(loop.run_until_complete(texts())) > 1


@step
def tools():
    """Each answer must be a call: of the tool, or of the one that ends the run."""
    agent = Agent(of_chat, tools=[weather], output_type=ToolOutput(Weather))
    assert agent.run_sync(QUESTION).output.city in ("Bonn", "Ulm")


@step
def structured():
    assert Agent(of_chat, output_type=NativeOutput(Weather, strict=True)).run_sync(QUESTION).output.city


@step
def responses():
    assert isinstance(Agent(of_responses).run_sync(QUESTION, model_settings={"temperature": 0}).output, str)
    assert Agent(of_responses, tools=[weather], output_type=ToolOutput(Weather)).run_sync(QUESTION).output.city
    assert Agent(of_responses, output_type=NativeOutput(Weather)).run_sync(QUESTION).output.city


@step
def tuned():
    agent = Agent(OpenAIChatModel(TUNED), output_type=NativeOutput(Weather))
    assert agent.run_sync(QUESTION).output.city in ("Bonn", "Ulm")
