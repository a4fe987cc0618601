"""The command `llm`. Models beside OpenAI's own are named in a file."""

import os
from pathlib import Path

from steps import BASE_URL, KEY, MODEL, TUNED, command, step

os.environ["LLM_USER_PATH"] = str(Path("llm").absolute())
Path("llm").mkdir()
entry = "- model_id: {id}\n  model_name: {name}\n  api_base: {url}\n  supports_schema: true\n  supports_tools: true\n"
models_there = [("here", MODEL), ("tuned", TUNED)]
Path("llm/extra-openai-models.yaml").write_text(
    "".join(entry.format(id=id, name=f'"{name}"', url=BASE_URL) for id, name in models_there)
)


def llm(*words):
    return command("venv/bin/llm", *words, "--key", KEY)


@step
def models():
    assert "here" in command("venv/bin/llm", "models")


@step
def chat():
    assert llm("-m", "here", "What is the weather in Bonn?", "--no-stream", "-o", "temperature", "0")
    assert llm("-m", "here", "And in Ulm?", "-c", "--no-stream", "-o", "temperature", "0")


@step
def stream():
    assert llm("-m", "here", "What is the weather in Bonn?", "-o", "temperature", "0")


@step
def tools():
    assert llm("-m", "here", "What time is it?", "-T", "llm_time", "-o", "temperature", "0")


@step
def structured():
    assert "sunny" in llm("-m", "here", "What is the weather in Bonn?", "--schema", "sunny bool")


@step
def tuned():
    llm("-m", "tuned", "What is the weather in Bonn?")
