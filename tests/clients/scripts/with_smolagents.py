"""smolagents, of Hugging Face."""

from smolagents import OpenAIModel, ToolCallingAgent, tool
from steps import ASK, MODEL, PARAMETERS, TUNED, step

model = OpenAIModel(model_id=MODEL)


@tool
def weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: The city's name.
    """
    return f"sunny in {city}"


@step
def chat():
    assert isinstance(model.generate(ASK).content, str)


@step
def stream():
    assert len(list(model.generate_stream(ASK))) > 1


@step
def tools():
    """Each answer must be a call: of the tool, or of the one that ends the run."""
    agent = ToolCallingAgent(tools=[weather], model=model, max_steps=2)
    agent.run("What is the weather in Bonn?")
    first = agent.memory.steps[1]
    assert first.tool_calls[0].name in ("weather", "final_answer"), first.error


@step
def structured():
    form = {"type": "json_schema", "json_schema": {"name": "weather", "strict": True, "schema": PARAMETERS}}
    assert "city" in model.generate(ASK, response_format=form).content


@step
def tuned():
    assert isinstance(OpenAIModel(model_id=TUNED).generate(ASK).content, str)
