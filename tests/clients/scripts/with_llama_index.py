"""LlamaIndex, with its engine for fine-tuning."""

import os
import time
from pathlib import Path
from typing import Literal

import llama_index.core
from llama_index.core.tools import FunctionTool
from llama_index.finetuning import OpenAIFinetuneEngine
from llama_index.llms.openai import OpenAI, OpenAIResponses
from pydantic import BaseModel
from steps import BASE_URL, EXAMPLES, MODEL, step

TOKENIZER = Path(llama_index.core.__file__).parent / "_static" / "tiktoken_cache"
os.environ["TIKTOKEN_CACHE_DIR"] = str(TOKENIZER)  # its engine would fetch from OpenAI what LlamaIndex brings along
QUESTION = "What is the weather in Bonn?"
model = OpenAI(model=MODEL, api_base=BASE_URL)


class Weather(BaseModel):
    """The weather in a city."""

    city: Literal["Bonn", "Ulm"]
    sunny: bool


def weather(city: Literal["Bonn", "Ulm"]) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


@step
def chat():
    assert isinstance(model.complete(QUESTION).text, str)


@step
def stream():
    assert list(model.stream_complete(QUESTION))


@step
def tools():
    tool = FunctionTool.from_defaults(weather)
    reply = model.chat_with_tools([tool], user_msg=QUESTION, tool_required=True)
    assert model.get_tool_calls_from_response(reply)[0].tool_name == "weather"


@step
def structured():
    assert model.as_structured_llm(Weather).complete(QUESTION).raw.city in ("Bonn", "Ulm")


@step
def responses():
    assert isinstance(OpenAIResponses(model=MODEL, api_base=BASE_URL).complete(QUESTION).text, str)


@step
def train():
    engine = OpenAIFinetuneEngine(MODEL, EXAMPLES)
    engine.finetune()
    while engine.get_current_job().status not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.5)
    return engine.get_finetuned_model(api_base=BASE_URL)


@step
def tuned():
    assert isinstance(train.complete(QUESTION).text, str)
