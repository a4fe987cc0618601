"""What the scripts stand on: what they are told, and how they tell what a step came to. Only the standard library."""

import os
import subprocess
from collections.abc import Callable
from typing import TypeVar

BASE_URL, KEY, MODEL = os.environ["OPENAI_BASE_URL"], os.environ["OPENAI_API_KEY"], os.environ["MODEL"]
EXAMPLES = os.environ["EXAMPLES"]  # the path of a training file
TUNED = os.environ["TUNED"]  # a tuned model, for programs that do not train
ASK = [{"role": "user", "content": "What is the weather in Bonn?"}]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Bonn", "Ulm"]}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = {"type": "function", "function": {"name": "weather", "strict": True, "parameters": PARAMETERS}}
Value = TypeVar("Value")


def step(run: Callable[[], Value]) -> Value:
    """Run a step at once, and print whether it worked. The function's name then stands for what it returned."""
    try:
        value, said = run(), "ok"
    except Exception as error:
        value, said = None, " ".join(f"{type(error).__name__}: {error}".split())[:400]
    print(f"{run.__name__}\t{said}", flush=True)
    return value


def command(*words: str) -> str:
    """What a command prints; its error's text is the exception's."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout} {done.stderr}")
    return done.stdout
