"""inspect-ai, the UK AI Security Institute's evaluations."""

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import GenerateConfig, ResponseSchema, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool
from inspect_ai.util import json_schema
from pydantic import BaseModel
from steps import MODEL, TUNED, step


class Weather(BaseModel):
    sunny: bool


@tool
def weather():
    async def execute(sunny: bool):
        """The weather.

        Args:
            sunny: Whether the sun shines.
        """
        return "sunny" if sunny else "cloudy"

    return execute


def evaluate(*solvers, name=MODEL, responses_api=False, config=None):
    """The first message of the assistant in an evaluation of one question."""
    task = Task(dataset=[Sample(input="What is the weather in Bonn?", target="sunny")], solver=list(solvers))
    task.scorer = [includes()]
    model = get_model(f"openai/{name}", responses_api=responses_api, config=config or GenerateConfig())
    [log] = eval(task, model=model, display="none", log_dir="logs", score=True)
    assert log.status == "success", log.error.message
    return next(message for message in log.samples[0].messages if message.role == "assistant")


@step
def chat():
    assert isinstance(evaluate(generate()).text, str)


@step
def tools():
    assert evaluate(use_tools(weather(), tool_choice="any"), generate(tool_calls="single")).tool_calls


@step
def structured():
    form = ResponseSchema(name="weather", json_schema=json_schema(Weather), strict=True)
    assert "sunny" in evaluate(generate(), config=GenerateConfig(response_schema=form)).text


@step
def responses():
    assert isinstance(evaluate(generate(), responses_api=True).text, str)


@step
def tuned():
    assert isinstance(evaluate(generate(), name=TUNED).text, str)
