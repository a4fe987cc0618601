"""Tools and their calls: as `tools` and `tool_calls`, and as the older `functions` and `function_call`.

What is wrong is a list of pairs: the kind of a finding, and its detail.
"""

import re

from openai.types import chat, shared_params
from openai.types.chat.chat_completion_assistant_message_param import FunctionCall

from .jsonl import parse_line
from .sdk_types import Found, mismatch, short

NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
ANSWERS = {"tool": "tool_call_id", "function": "name"}  # the key that says, by role, which call is answered


def call_findings(calls) -> Found:
    """What is wrong with the `tool_calls` of a message."""
    if not isinstance(calls, list) or not calls:
        return [("tool call", f"tool_calls is {short(calls)}, not a list of calls")]
    found = []
    for n, call in enumerate(calls, 1):
        if why := mismatch(chat.ChatCompletionMessageFunctionToolCallParam, call):
            found.append(("tool call", f"call {n}, {why}"))
        elif why := _not_an_object(call["function"]["arguments"]):
            found.append(("tool call", f"call {n}, its arguments are {why}"))
    return found


def function_call_findings(call) -> Found:
    """What is wrong with the `function_call` of a message."""
    why = mismatch(FunctionCall, call)
    if not why and (not_object := _not_an_object(call["arguments"])):
        why = f"its arguments are {not_object}"
    return [("tool call", f"function_call, {why}")] if why else []


def _not_an_object(arguments: str) -> str:
    """What the arguments are instead of a JSON object; "" if they are one."""
    try:
        if isinstance(parse_line(arguments.encode("utf-8", "replace")), dict):
            return ""
    except ValueError as error:
        return f"not JSON ({error}): {short(arguments)}"
    return f"not a JSON object: {short(arguments)}"


def tool_findings(example: dict) -> Found:
    """What is wrong with the tools of an example, and with its `functions`."""
    found = []
    if "parallel_tool_calls" in example and not isinstance(example["parallel_tool_calls"], bool):
        found.append(("tools", f"parallel_tool_calls is {short(example['parallel_tool_calls'])}, not true or false"))
    for key, kind in (("tools", chat.ChatCompletionFunctionToolParam), ("functions", shared_params.FunctionDefinition)):
        if key in example:
            found += _offered_findings(key, kind, example[key])
    return found


def _offered_findings(key: str, kind, tools) -> Found:
    if not isinstance(tools, list) or not tools:
        return [("tools", f"{key} is {short(tools)}, not a list of {key}")]
    found = []
    for n, tool in enumerate(tools, 1):
        where = f"{key.removesuffix('s')} {n}"
        if why := mismatch(kind, tool):
            found.append(("tools", f"{where}, {why}"))
        elif not NAME.fullmatch(name := tool.get("function", tool)["name"]):
            found.append(("tools", f"{where}, its name {short(name)} has other characters than a-z, 0-9, _ and -"))
    return found


def exchange_findings(example: dict) -> list[tuple[int, str, str]]:
    """Calls and answers that do not fit together: message, kind, detail. Expects messages without other findings."""
    offered = {tool["function"]["name"] for tool in example.get("tools") or ()}
    offered |= {function["name"] for function in example.get("functions") or ()}
    waiting: dict[str, int] = {}
    found, messages = [], example["messages"]
    for n, message in enumerate(messages, 1):
        for key, name in _calls(message):
            waiting[key] = n
            if name not in offered:
                found.append((n, "tool call", f"it calls {short(name)}, which the example's tools do not offer"))
        answers = ANSWERS.get(message["role"])
        if answers and waiting.pop(answered := message[answers], None) is None:
            found.append((n, "tool call", f"it answers {short(answered)}, which no message before it called"))
    unanswered = [(n, call) for call, n in waiting.items() if n < len(messages)]
    return found + [(n, "tool call", f"no message after it answers the call {short(call)}") for n, call in unanswered]


def _calls(message: dict) -> list[tuple[str, str]]:
    """What the answer to each call of the message must name (an id, or the function's name), and the name."""
    if message["role"] != "assistant":
        return []
    calls = [(call["id"], call["function"]["name"]) for call in message.get("tool_calls") or ()]
    if older := message.get("function_call"):
        calls.append((older["name"], older["name"]))
    return calls
