"""Messages and tools as OpenAI's clients send them, made ready for a model's chat template."""

import json

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

from .errors import ApiError, check

MESSAGES = {
    "assistant": ChatCompletionAssistantMessageParam,
    "developer": ChatCompletionDeveloperMessageParam,
    "function": ChatCompletionFunctionMessageParam,
    "system": ChatCompletionSystemMessageParam,
    "tool": ChatCompletionToolMessageParam,
    "user": ChatCompletionUserMessageParam,
}


class NotShown(ValueError):
    """The chat template cannot show a message (counted from 0), or the tools (`message` is None)."""

    def __init__(self, message: int | None, why: str):
        super().__init__(why)
        self.message = message


def check_message(message, under: str = "") -> None:
    """Raise an ApiError that names what is wrong with a message; `under` is the parameter that holds it."""
    role = message.get("role") if isinstance(message, dict) else None
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


def check_tools(tools, under: str = "tools") -> None:
    _check_each(ChatCompletionFunctionToolParam, tools, under)


def _check_each(kind, values, under: str) -> None:
    """The SDK's types leave the members of such a list unchecked until they are read."""
    if not isinstance(values, list):
        raise ApiError(400, f"Invalid value for '{under}': expected a list.", param=under)
    for n, value in enumerate(values):
        check(kind, value, f"{under}[{n}]")


def template_settings(body: dict) -> dict:
    """What a request or an example says to the template beside its messages; `functions` is the older `tools`."""
    tools = body.get("tools") or [{"type": "function", "function": f} for f in body.get("functions") or []]
    said = {"tools": tools or None, "parallel_tool_calls": body.get("parallel_tool_calls")}
    return {name: value for name, value in said.items() if value is not None}


def plain(messages: list[dict]) -> list[dict]:
    """Messages in the one form that templates know: text as a string, functions as tools, arguments as an object."""
    return [_plain(message) for message in messages]


def _plain(message: dict) -> dict:
    role = {"developer": "system", "function": "tool"}.get(message["role"], message["role"])
    content = message.get("content") or ""
    shown = {"role": role, "content": content if isinstance(content, str) else "".join(p["text"] for p in content)}
    if role == "tool":
        shown |= {key: message[key] for key in ("tool_call_id", "name") if key in message}
    calls = list(message.get("tool_calls") or [])
    if message.get("function_call"):
        calls.append({"type": "function", "function": message["function_call"]})
    if calls:
        shown["tool_calls"] = [c | {"function": c["function"] | {"arguments": _arguments(c)}} for c in calls]
    return shown


def _arguments(call: dict) -> dict | str:
    """The arguments as an object; what a model wrote that is no JSON stays as it is."""
    try:
        arguments = json.loads(call["function"]["arguments"])
    except ValueError:
        arguments = None
    return arguments if isinstance(arguments, dict) else call["function"]["arguments"]


def render(tokenizer, shown: list[dict], *, prompt: bool = False, **said) -> str:
    """The conversation as the model reads it; with `prompt` the assistant's turn is begun."""
    return tokenizer.apply_chat_template(shown, tokenize=False, add_generation_prompt=prompt, **said)


def token_ids(tokenizer, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def check_shown(tokenizer, shown: list[dict], **said) -> None:
    """Raise NotShown if the template fails on a message, or passes over tools, their calls or their results."""
    text = attempt(tokenizer, shown, said)
    if isinstance(text, Exception):
        works = (n for n in range(len(shown) - 1, 0, -1) if isinstance(attempt(tokenizer, shown[:n], said), str))
        raise NotShown(next(works, 0), f"the model's chat template fails on it ({text})")
    if "tools" in said and text == attempt(tokenizer, shown, said | {"tools": None}):
        raise NotShown(None, "the model's chat template does not show tools")
    for n, message in enumerate(shown):
        other = {}
        if message["role"] == "tool":
            other = {"content": message["content"] + "!"}
        elif "tool_calls" in message:
            other = {"tool_calls": [{"type": "function", "function": {"name": "other", "arguments": {}}}]}
        if other and text == attempt(tokenizer, [*shown[:n], message | other, *shown[n + 1 :]], said):
            what = "results of tools" if message["role"] == "tool" else "tool calls"
            raise NotShown(n, f"the model's chat template does not show {what}")


def attempt(tokenizer, shown: list[dict], said: dict) -> str | Exception:
    """The rendered conversation, or why the template cannot render it."""
    try:
        return render(tokenizer, shown, **said)
    except Exception as error:  # a template is a program of its own: it may raise anything
        return error
