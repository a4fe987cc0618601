"""Render conversations and tools by a model's chat template."""

import json


class ChatTemplateError(ValueError):
    """The chat template cannot render a message (counted from 0), or the tools (`message` is None)."""

    def __init__(self, message: int | None, why: str):
        super().__init__(why)
        self.message = message


def template_kwargs(body: dict) -> dict:
    """What a request or an example gives the template besides its messages; `functions` is the older `tools`."""
    tools = body.get("tools") or [{"type": "function", "function": f} for f in body.get("functions") or []]
    given = {"tools": tools or None, "parallel_tool_calls": body.get("parallel_tool_calls")}
    return {name: value for name, value in given.items() if value is not None}


def normalize_messages(messages: list[dict], prompt: bool = False) -> list[dict]:
    """Messages in the one form that templates know: text as a string, functions as tools, arguments as an object.

    The name of a speaker stands before the text, as "Ann: …"; that of an assistant only in a prompt, since a model
    would learn to write it.
    """
    speakers = {"system", "user", "assistant"} if prompt else {"system", "user"}
    return [_normalized(message, speakers) for message in messages]


def _normalized(message: dict, speakers: set[str]) -> dict:
    role = {"developer": "system", "function": "tool"}.get(message["role"], message["role"])
    content = message.get("content") or ""
    text = content if isinstance(content, str) else "".join(part["text"] for part in content)
    if text and message.get("name") and role in speakers:
        text = f"{message['name']}: {text}"
    normalized = {"role": role, "content": text}
    if role == "tool":
        normalized |= {key: message[key] for key in ("tool_call_id", "name") if key in message}
    calls = list(message.get("tool_calls") or [])
    if message.get("function_call"):
        calls.append({"type": "function", "function": message["function_call"]})
    if calls:
        normalized["tool_calls"] = [c | {"function": c["function"] | {"arguments": _arguments(c)}} for c in calls]
    return normalized


def _arguments(call: dict) -> dict | str:
    """The arguments as an object; text that a model wrote and that is not JSON stays as it is."""
    try:
        arguments = json.loads(call["function"]["arguments"])
    except ValueError:
        arguments = None
    return arguments if isinstance(arguments, dict) else call["function"]["arguments"]


def render(tokenizer, messages: list[dict], *, prompt: bool = False, **kwargs) -> str:
    """The text of normalized messages as the model reads it; `prompt=True` adds the generation prompt."""
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt, **kwargs)


def try_render(tokenizer, messages: list[dict], **kwargs) -> str | Exception:
    """The text of normalized messages, or the error of the template."""
    try:
        return render(tokenizer, messages, **kwargs)
    except Exception as error:  # a template is a program of its own: it may raise anything
        return error


def token_ids(tokenizer, text: str) -> list[int]:
    """The token ids of rendered text."""
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def end_of_turn(tokenizer) -> int | None:
    """The special token by which the template ends an answer, which a tuned model learns to write; None without one.

    A model's generation settings may name another one, such as the end of a document.
    """
    said = "Hello"
    whole = try_render(tokenizer, [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": said}])
    if isinstance(whole, Exception) or said not in whole:
        return None
    special = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    return next((token for token in token_ids(tokenizer, whole.rpartition(said)[2]) if token in special), None)


def check_template_renders(tokenizer, messages: list[dict], **kwargs) -> None:
    """Raise ChatTemplateError if the template fails on a message, or leaves out tools, their calls or their results."""
    text = try_render(tokenizer, messages, **kwargs)
    if isinstance(text, Exception):
        lengths = range(len(messages) - 1, 0, -1)
        works = (n for n in lengths if isinstance(try_render(tokenizer, messages[:n], **kwargs), str))
        raise ChatTemplateError(next(works, 0), f"the model's chat template fails on it ({text})")
    if "tools" in kwargs and text == try_render(tokenizer, messages, **kwargs | {"tools": None}):
        raise ChatTemplateError(None, "the model's chat template does not show tools")
    for n, message in enumerate(messages):
        other = {}
        if message["role"] == "tool":
            other = {"content": message["content"] + "!"}
        elif "tool_calls" in message:
            other = {"tool_calls": [{"type": "function", "function": {"name": "other", "arguments": {}}}]}
        changed = [*messages[:n], message | other, *messages[n + 1 :]]
        if other and text == try_render(tokenizer, changed, **kwargs):
            what = "results of tools" if message["role"] == "tool" else "tool calls"
            raise ChatTemplateError(n, f"the model's chat template does not show {what}")
