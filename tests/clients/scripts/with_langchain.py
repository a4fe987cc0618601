"""LangChain, with its package for OpenAI."""

from typing import Literal

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel
from steps import MODEL, TUNED, step

QUESTION = "What is the weather in Bonn?"
model = ChatOpenAI(model=MODEL)


class Weather(BaseModel):
    """The weather in a city."""

    city: Literal["Bonn", "Ulm"]
    sunny: bool


@tool
def weather(city: Literal["Bonn", "Ulm"]) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


@step
def chat():
    assert isinstance(model.invoke(QUESTION).content, str)
    assert len(model.batch([QUESTION] * 3)) == 3


@step
def stream():
    assert len(list(model.stream(QUESTION))) > 1


@step
def tools():
    message = model.bind_tools([weather], tool_choice="any", strict=True).invoke(QUESTION)
    assert message.tool_calls[0]["args"]["city"] in ("Bonn", "Ulm")
    assert create_agent(model, tools=[weather]).invoke({"messages": [{"role": "user", "content": QUESTION}]})


@step
def structured():
    for method in ("json_schema", "function_calling"):
        assert model.with_structured_output(Weather, method=method).invoke(QUESTION).city in ("Bonn", "Ulm")


@step
def responses():
    other = ChatOpenAI(model=MODEL, use_responses_api=True)
    assert other.invoke(QUESTION).content is not None
    assert other.bind_tools([weather], tool_choice="any").invoke(QUESTION).tool_calls
    assert other.with_structured_output(Weather).invoke(QUESTION).city in ("Bonn", "Ulm")


@step
def tuned():
    assert ChatOpenAI(model=TUNED).invoke(QUESTION).response_metadata["model_name"] == TUNED
