"""Check messages and tools against the SDK's types."""

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionContentPartTextParam,
    ChatCompletionDeveloperMessageParam,
    ChatCompletionFunctionMessageParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionToolMessageParam,
    ChatCompletionUserMessageParam,
)

from .errors import ApiError
from .validate import check

MESSAGES = {
    "assistant": ChatCompletionAssistantMessageParam,
    "developer": ChatCompletionDeveloperMessageParam,
    "function": ChatCompletionFunctionMessageParam,
    "system": ChatCompletionSystemMessageParam,
    "tool": ChatCompletionToolMessageParam,
    "user": ChatCompletionUserMessageParam,
}
NOT_TEXT = ("image_url", "input_audio", "file", "refusal")  # parts of a content that OpenAI knows


def check_message(message, under: str = "") -> None:
    """Raise an ApiError that names what is wrong with a message; `under` is the parameter that holds it."""
    role = message.get("role") if isinstance(message, dict) else None
    if role:
        _check_parts_are_text(message.get("content"), f"{under}.content".lstrip("."))
    check(MESSAGES[role] if isinstance(role, str) and role in MESSAGES else ChatCompletionMessageParam, message, under)
    named = lambda name: f"{under}.{name}".lstrip(".")
    content, calls = message.get("content"), message.get("tool_calls")
    if isinstance(content, list):
        for n, part in enumerate(content):
            check(ChatCompletionContentPartTextParam, part, named(f"content[{n}]"))
    elif not isinstance(content, str) and not (content is None and (calls or message.get("function_call"))):
        raise ApiError(400, f"Invalid value for '{named('content')}': expected text.", param=named("content"))
    if calls is not None:
        _check_each(ChatCompletionMessageFunctionToolCallParam, calls, named("tool_calls"))


def _check_parts_are_text(content, under: str) -> None:
    for n, part in enumerate(content if isinstance(content, list) else []):
        if isinstance(part, dict) and part.get("type") in NOT_TEXT:
            message = f"This server reads text only: it cannot read a part of the type '{part['type']}'."
            raise ApiError(400, message, param=f"{under}[{n}].type")


def check_tools(tools, under: str = "tools") -> None:
    _check_each(ChatCompletionFunctionToolParam, tools, under)


def _check_each(kind, values, under: str) -> None:
    """The SDK's types leave the members of such a list unchecked until they are read."""
    if not isinstance(values, list):
        raise ApiError(400, f"Invalid value for '{under}': expected a list.", param=under)
    for n, value in enumerate(values):
        check(kind, value, f"{under}[{n}]")
