"""Messages, tools and tool calls, checked against the types of the `openai` package.

What is wrong is a list of pairs: the kind of a finding, and its detail.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from reprlib import Repr
from typing import get_args, get_origin, get_type_hints

from openai.types import chat
from pydantic import TypeAdapter, ValidationError

from .jsonl import parse_line

MESSAGES = {
    "system": chat.ChatCompletionSystemMessageParam,
    "developer": chat.ChatCompletionDeveloperMessageParam,
    "user": chat.ChatCompletionUserMessageParam,
    "assistant": chat.ChatCompletionAssistantMessageParam,
    "tool": chat.ChatCompletionToolMessageParam,
    "function": chat.ChatCompletionFunctionMessageParam,
}
NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
Found = list[tuple[str, str]]  # kind and detail of findings

_repr = Repr()
_repr.maxstring = _repr.maxother = 60
short = _repr.repr  # the repr of any value in a few characters, however deep or long it is


@lru_cache
def _type(kind) -> TypeAdapter:
    return TypeAdapter(kind)


def _mismatch(kind, value) -> str:
    """Where and how the value differs from the type; "" if it fits."""
    try:
        _type(kind).validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
    return ""


def message_findings(message) -> Found:
    """What is wrong with one message, apart from its texts and from how its calls fit the other messages."""
    if not isinstance(message, dict):
        return [("wrong type", f"it is {short(message)}, not an object")]
    role = message.get("role")
    if not isinstance(role, str) or role not in MESSAGES:
        return [("unknown role", f"the role is {short(role)}" if "role" in message else "there is no role")]
    kind, own = MESSAGES[role], dict(message)
    known = {*kind.__annotations__, "weight"}
    found = [
        ("unknown key", f"the key {short(key)} is not one of {', '.join(sorted(known))}")
        for key in own
        if key not in known
    ]
    if "weight" in own:
        found += _weight_findings(role, own.pop("weight"))
    calls = own.pop("tool_calls", None) if role == "assistant" else None
    found += _content_findings(kind, own, bool(calls or own.get("function_call")))
    own["content"] = ""  # checked above
    if why := _mismatch(kind, own):
        found.append(("tool call" if "tool_call_id" in why else "wrong type", why))
    return found + (_call_findings(calls) if calls is not None else [])


def _content_findings(kind, message: dict, calls: bool) -> Found:
    content, part_type = message.get("content"), _part_type(kind)
    if content is None:
        return [] if calls else [("empty", "there is no content")]
    if isinstance(content, str):
        return [("empty", "there is no text")] if not content.strip() and not calls else []
    if not isinstance(content, list) or part_type is None:
        return [("wrong type", f"the content is {short(content)}, not a text")]
    wrong = ((n, _mismatch(part_type, part)) for n, part in enumerate(content, 1))
    found = [("wrong type", f"part {n} of the content, {why}") for n, why in wrong if why]
    blank = not found and all(part["type"] == "text" and not part["text"].strip() for part in content)
    return [("empty", "no part of the content has a text")] if blank else found


@lru_cache
def _part_type(kind):
    """The type of the parts of a content; None if it may not have parts."""
    options = get_args(get_type_hints(kind)["content"])
    return next((get_args(option)[0] for option in options if get_origin(option) is Iterable), None)


def _weight_findings(role: str, weight) -> Found:
    if role != "assistant":
        return [("weight", f"a message of the role {role} has a weight")]
    return [] if type(weight) is int and weight in (0, 1) else [("weight", f"the weight is {short(weight)}")]


def _call_findings(calls) -> Found:
    if not isinstance(calls, list) or not calls:
        return [("tool call", f"tool_calls is {short(calls)}, not a list of calls")]
    found = []
    for n, call in enumerate(calls, 1):
        if why := _mismatch(chat.ChatCompletionMessageFunctionToolCallParam, call):
            found.append(("tool call", f"call {n}, {why}"))
        elif why := _not_an_object(call["function"]["arguments"]):
            found.append(("tool call", f"call {n}, its arguments are {why}: {short(call['function']['arguments'])}"))
    return found


def _not_an_object(arguments: str) -> str:
    try:
        return "" if isinstance(parse_line(arguments.encode("utf-8", "replace")), dict) else "not a JSON object"
    except ValueError as error:
        return f"not JSON ({error})"


def tool_findings(example: dict) -> Found:
    """What is wrong with the tools of an example."""
    tools, found = example.get("tools"), []
    if "parallel_tool_calls" in example and not isinstance(example["parallel_tool_calls"], bool):
        found.append(("tools", f"parallel_tool_calls is {short(example['parallel_tool_calls'])}, not true or false"))
    if not isinstance(tools, list) or not tools:
        return found + ([("tools", f"tools is {short(tools)}, not a list of tools")] if "tools" in example else [])
    for n, tool in enumerate(tools, 1):
        if why := _mismatch(chat.ChatCompletionFunctionToolParam, tool):
            found.append(("tools", f"tool {n}, {why}"))
        elif not NAME.fullmatch(tool["function"]["name"]):
            found.append(
                (
                    "tools",
                    f"tool {n}, its name {short(tool['function']['name'])} has other characters than a-z, 0-9, _ and -",
                )
            )
    return found


def exchange_findings(example: dict) -> list[tuple[int, str, str]]:
    """Calls and answers that do not fit together: message, kind, detail. Expects messages without other findings."""
    offered = {tool["function"]["name"] for tool in example.get("tools") or ()}
    waiting: dict[str, int] = {}
    found, messages = [], example["messages"]
    for n, message in enumerate(messages, 1):
        for call in message.get("tool_calls") or () if message["role"] == "assistant" else ():
            name = call["function"]["name"]
            waiting[call["id"]] = n
            if name not in offered:
                found.append((n, "tool call", f"it calls {short(name)}, which the example's tools do not offer"))
        if message["role"] == "tool" and waiting.pop(message["tool_call_id"], None) is None:
            found.append(
                (n, "tool call", f"it answers {short(message['tool_call_id'])}, which no message before it called")
            )
    unanswered = [(n, call) for call, n in waiting.items() if n < len(messages)]
    return found + [
        (n, "tool call", f"no message of the role tool answers the call {short(call)}") for n, call in unanswered
    ]
