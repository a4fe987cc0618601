"""OpenAI's Agents SDK. It asks the Responses API unless a model for chat completions is named."""

import asyncio
from typing import Literal

from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from openai import AsyncOpenAI
from pydantic import BaseModel
from steps import MODEL, TUNED, step

set_tracing_disabled(True)  # traces would go to OpenAI
loop = asyncio.new_event_loop()  # one for all steps: the clients keep their connections in it
asyncio.set_event_loop(loop)
QUESTION = "What is the weather in Bonn?"
of_chat = OpenAIChatCompletionsModel(model=MODEL, openai_client=AsyncOpenAI())
must_call = ModelSettings(tool_choice="required")


class Weather(BaseModel):
    city: Literal["Bonn", "Ulm"]
    sunny: bool


@function_tool
def weather(city: Literal["Bonn", "Ulm"]) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


@step
def chat():
    assert isinstance(Runner.run_sync(Agent(name="a", model=of_chat), QUESTION).final_output, str)


@step
def stream():
    async def events():
        result = Runner.run_streamed(Agent(name="a", model=MODEL), QUESTION)
        return [event.type async for event in result.stream_events()]

    assert "raw_response_event" in loop.run_until_complete(events())


@step
def tools():
    for model in (of_chat, MODEL):
        agent = Agent(name="a", model=model, tools=[weather], model_settings=must_call)
        kinds = [item.type for item in Runner.run_sync(agent, QUESTION).new_items]
        assert kinds[:2] == ["tool_call_item", "tool_call_output_item"] or kinds.count("tool_call_item") > 1


@step
def structured():
    for model in (of_chat, MODEL):
        agent = Agent(name="a", model=model, output_type=Weather)
        assert Runner.run_sync(agent, QUESTION).final_output.city in ("Bonn", "Ulm")


@step
def responses():
    first = Runner.run_sync(Agent(name="a", model=MODEL), QUESTION)
    more = Runner.run_sync(Agent(name="a", model=MODEL), "And in Ulm?", previous_response_id=first.last_response_id)
    assert isinstance(more.final_output, str)


@step
def tuned():
    assert isinstance(Runner.run_sync(Agent(name="a", model=TUNED), QUESTION).final_output, str)
