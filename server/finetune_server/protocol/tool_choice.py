"""Which functions an answer may call, and whether it must, by a request's `tools` and `tool_choice`."""

import re
from dataclasses import dataclass

from .errors import ApiError
from .response_format import JsonForm, check_strict, schema_error

NAME = re.compile(r"[\w.-]{1,64}")
NO_ARGUMENTS = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True)
class Function:
    """A function that an answer may call."""

    name: str
    arguments: JsonForm


@dataclass(frozen=True)
class ToolChoice:
    """What a request says of calls. They are `held` to it by the grammar where the model alone might not keep it."""

    functions: tuple[Function, ...]
    must_call: bool
    one_call: bool
    held: bool


def read_tool_choice(tools: list[dict], choice: str | dict, parallel: bool, place: str) -> ToolChoice:
    """Of `tools` and a `choice` as chat completions have them. Raises an ApiError.

    `place` is the request's name for the definition of tool {n}.
    """
    functions = [_function(tool["function"], place.format(n=n)) for n, tool in enumerate(tools)]
    names, must_call, one_call = [function.name for function in functions], choice == "required", not parallel
    if isinstance(choice, dict):
        names = _names(choice)
        must_call = choice["type"] == "function" or choice["allowed_tools"]["mode"] == "required"
        one_call = one_call or choice["type"] == "function"
    for name in names:
        if name not in [function.name for function in functions]:
            raise ApiError(400, f"'tool_choice' names {name!r}, which is not one of the 'tools'.", param="tool_choice")
    allowed = tuple(function for function in functions if function.name in names)
    strict = any(function.arguments.strict for function in allowed)
    return ToolChoice(allowed, must_call, one_call, must_call or strict or len(allowed) < len(functions))


def _function(given: dict, place: str) -> Function:
    if not NAME.fullmatch(given["name"]):
        message = f"Invalid '{place}.name': expected up to 64 letters, digits, dots, underscores and hyphens."
        raise ApiError(400, message, param=f"{place}.name")
    form = JsonForm(given.get("parameters") or NO_ARGUMENTS, given.get("strict") is True, f"{place}.parameters")
    if form.strict:
        check_strict(form)
    if form.schema.get("type", "object") != "object":
        raise schema_error(form, 'its type must be "object"')
    return Function(given["name"], form)


def _names(choice: dict) -> list[str]:
    try:
        if choice["type"] == "function":
            return [choice["function"]["name"]]
        allowed = choice["allowed_tools"] if choice["type"] == "allowed_tools" else {}
        if allowed.get("mode") in ("auto", "required") and allowed["tools"]:
            return [tool["function"]["name"] for tool in allowed["tools"]]
    except (KeyError, TypeError, AttributeError):
        pass
    message = "Invalid 'tool_choice': it may name a function, or the functions in 'allowed_tools'."
    raise ApiError(400, message, param="tool_choice")
