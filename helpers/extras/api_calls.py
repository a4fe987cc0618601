"""A request becomes a call of a function: answers are read as Python, never run, and graded by value.

The functions are those of data/examples/calls/tools.json, in the form of the API's `tools`.
"""

import ast
import json
import warnings
from collections.abc import Iterable
from functools import cache

import pandas as pd
from jsonschema import Draft202012Validator

from ..paths import ROOT

FOLDER = ROOT / "data" / "examples" / "calls"


def load_tools() -> list[dict]:
    """The functions, as a request's or an example's `tools`."""
    return json.loads((FOLDER / "tools.json").read_text(encoding="utf-8"))


def read_call(answer: str) -> tuple[str, dict] | None:
    """Name and arguments of an answer that is one call with named, plain values and nothing else; None for others."""
    try:
        with warnings.catch_warnings(action="ignore"):  # about odd escapes in what a model wrote
            call = ast.parse(answer.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
        return None
    values = {word.arg: word.value.value for word in call.keywords if word.arg and isinstance(word.value, ast.Constant)}
    return (call.func.id, values) if len(values) == len(call.keywords) else None


def accepted_call(answer: str) -> tuple[str, dict] | None:
    """The answer's call, if there is a function of that name whose schema accepts the arguments; None otherwise."""
    call = read_call(answer)
    accepted = call and call[0] in schemas() and Draft202012Validator(schemas()[call[0]]).is_valid(call[1])
    return call if accepted else None


def write_call(name: str, arguments: dict) -> str:
    """The call as the training answers write it."""
    return f"{name}({', '.join(f'{key}={json.dumps(value)}' for key, value in arguments.items())})"


def grade(answers: Iterable[str], examples: Iterable[dict]) -> pd.DataFrame:
    """A row for each answer: `form`, `function`, `arguments` and `right`, beside the request and both calls.

    `form`: a function would take the call, by its schema. `function` and `arguments`: its name, and all of its values,
    are the wanted ones. `right`: all of it. What has not the form is wrong in all, since no program could run it.
    """
    rows = []
    for answer, example in zip(answers, examples, strict=True):
        *_, request, wanted = (message["content"] for message in example["messages"])
        name, values = accepted_call(answer) or ("", None)
        right_name, right_values = read_call(wanted) or ("", {})
        rows.append((request, answer, wanted, bool(name), name == right_name, values == right_values))
    table = pd.DataFrame(rows, columns=["request", "answer", "wanted", "form", "function", "arguments"])
    return table.assign(right=table[["form", "function", "arguments"]].all(axis=1))


def with_tools(example: dict) -> dict:
    """The same example in the API's own form: `tools` beside the messages, and the call in `tool_calls`."""
    *prompt, answer = example["messages"]
    call = read_call(answer["content"])
    assert call, "an answer of the training is a call"
    function = {"name": call[0], "arguments": json.dumps(call[1])}
    calls = [{"id": "call_1", "type": "function", "function": function}]
    return {"messages": [*prompt, {"role": "assistant", "tool_calls": calls}], "tools": load_tools()}


@cache
def schemas() -> dict[str, dict]:
    """For each function the schema of its arguments."""
    functions = [tool["function"] for tool in load_tools()]
    return {function["name"]: function["parameters"] for function in functions}
