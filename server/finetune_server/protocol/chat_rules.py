"""What OpenAI asks of a chat beyond the types of its parts: nothing unknown, nothing that contradicts itself."""

from openai.types.chat import (
    ChatCompletionContentPartTextParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionStreamOptionsParam,
)
from openai.types.chat.chat_completion_message_function_tool_call_param import Function
from openai.types.shared_params import FunctionDefinition

from .errors import ApiError
from .messages import MESSAGES
from .validate import check_metadata, check_names

NAMES = {role: {*kind.__annotations__} for role, kind in MESSAGES.items()}
NAMES["tool"].add("name")  # of the function, as OpenAI's own examples send it
CHOICES = {"function": ["name"], "allowed_tools": ["mode", "tools"]}
UNREADABLE = ("audio", "refusal")


def check_rules(body: dict) -> None:
    """Raise an ApiError for what a chat's request may not hold, or may not hold together."""
    check_metadata(body.get("metadata"))
    if body.get("metadata") and not body.get("store"):
        raise ApiError(400, "The 'metadata' parameter is only allowed when 'store' is enabled.", param="metadata")
    if "max_tokens" in body and "max_completion_tokens" in body:
        message = "'max_tokens' is the older name of 'max_completion_tokens': give one of them."
        raise ApiError(400, message, param="max_tokens")
    if body.get("tools") == []:
        raise ApiError(400, "Invalid 'tools': expected at least one tool; leave it out for none.", param="tools")
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body and "tools" not in body:
            raise ApiError(400, f"'{name}' is only allowed when 'tools' are given.", param=name)
    _check_names_of_tools(body.get("tools", []), body.get("tool_choice"))
    check_stream_options(body, [*ChatCompletionStreamOptionsParam.__annotations__])
    for n, message in enumerate(body["messages"]):
        _check_names_of_message(message, f"messages[{n}]")
    _check_calls_are_answered(body["messages"])


def _check_names_of_tools(tools: list[dict], choice: str | dict | None) -> None:
    """What else is wrong with a choice is told when it is read."""
    for n, tool in enumerate(tools):
        check_names(tool, ChatCompletionFunctionToolParam.__annotations__, f"tools[{n}]")
        check_names(tool["function"], FunctionDefinition.__annotations__, f"tools[{n}].function")
    kind = choice.get("type") if isinstance(choice, dict) else None
    if isinstance(choice, dict) and isinstance(kind, str) and kind in CHOICES:
        check_names(choice, ["type", kind], "tool_choice")
        if isinstance(named := choice.get(kind), dict):
            check_names(named, CHOICES[kind], f"tool_choice.{kind}")


def check_stream_options(body: dict, known: list[str]) -> None:
    """Raise an ApiError for options without a stream, and for those that this server does not know or do."""
    options = body.get("stream_options", {})
    if "stream_options" in body and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is true."
        raise ApiError(400, message, param="stream_options")
    check_names(options, known, "stream_options")
    if options.get("include_obfuscation"):
        param = "stream_options.include_obfuscation"
        raise ApiError(400, f"This server does not pad its streams: leave '{param}' out.", param=param)


def _check_names_of_message(message: dict, under: str) -> None:
    harmless = ["annotations"] if message.get("annotations") == [] else []  # so it stands in OpenAI's answers
    check_names(message, [*NAMES[message["role"]], *harmless], under)
    for name in UNREADABLE:
        if name in message:
            raise ApiError(400, f"This server cannot read the {name} of a message.", param=f"{under}.{name}")
    for n, part in enumerate(message["content"] if isinstance(message.get("content"), list) else []):
        check_names(part, ChatCompletionContentPartTextParam.__annotations__, f"{under}.content[{n}]")
    for n, call in enumerate(message.get("tool_calls", [])):
        check_names(call, ChatCompletionMessageFunctionToolCallParam.__annotations__, f"{under}.tool_calls[{n}]")
        check_names(call["function"], Function.__annotations__, f"{under}.tool_calls[{n}].function")


def _check_calls_are_answered(messages: list[dict]) -> None:
    """Raise an ApiError unless the results of all calls of a message, and no others, come right after it."""
    end: dict = {"role": "end"}
    caller, asked, waiting = 0, set(), set()
    for n, message in enumerate([*messages, end]):
        if message["role"] == "tool":
            if not asked:
                text = "A message with the role 'tool' must answer a call in the message with 'tool_calls' before it."
                raise ApiError(400, text, param=f"messages[{n}].role")
            if (call := message["tool_call_id"]) not in asked:
                text = f"{call!r} is not a call in 'tool_calls' of the message before it."
                raise ApiError(400, text, param=f"messages[{n}].tool_call_id")
            waiting.discard(call)
            continue
        if waiting:
            text = f"Each call must be answered by a message with the role 'tool'; missing are {sorted(waiting)}."
            raise ApiError(400, text, param=f"messages[{caller}].tool_calls")
        caller, asked = n, {call["id"] for call in message.get("tool_calls", [])}
        waiting = set(asked)
