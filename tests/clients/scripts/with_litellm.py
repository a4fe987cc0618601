"""LiteLLM: one function for many providers."""

import time
from pathlib import Path

import litellm
from steps import ASK, EXAMPLES, MODEL, PARAMETERS, WEATHER, step

NAME = f"openai/{MODEL}"


@step
def chat():
    assert isinstance(litellm.completion(model=NAME, messages=ASK).choices[0].message.content, str)


@step
def stream():
    options = {"include_usage": True}
    assert len(list(litellm.completion(model=NAME, messages=ASK, stream=True, stream_options=options))) > 1


@step
def tools():
    reply = litellm.completion(model=NAME, messages=ASK, tools=[WEATHER], tool_choice="required")
    assert reply.choices[0].message.tool_calls[0].function.name == "weather"


@step
def structured():
    form = {"type": "json_schema", "json_schema": {"name": "weather", "strict": True, "schema": PARAMETERS}}
    assert "city" in litellm.completion(model=NAME, messages=ASK, response_format=form).choices[0].message.content


@step
def responses():
    assert litellm.responses(model=NAME, input="Hello!").output


@step
def files():
    with open(EXAMPLES, "rb") as examples:
        file = litellm.create_file(file=examples, purpose="fine-tune", custom_llm_provider="openai")
    assert litellm.file_content(file.id, custom_llm_provider="openai").content == Path(EXAMPLES).read_bytes()
    return file.id


@step
def train():
    job = litellm.create_fine_tuning_job(model=MODEL, training_file=files, custom_llm_provider="openai")
    while job.status not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
        job = litellm.retrieve_fine_tuning_job(job.id, custom_llm_provider="openai")
    assert job.status == "succeeded", job.error
    return job.fine_tuned_model


@step
def tuned():
    assert isinstance(litellm.completion(model=f"openai/{train}", messages=ASK).choices[0].message.content, str)
