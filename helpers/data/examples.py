"""An example: a dict with `messages` in OpenAI's chat format; beside them it may carry keys of our own.

`line` is where it stands in its source, counted from 1 (the row of a spreadsheet, the number of a
file in a folder), `id` its conversation, `topic` what it is about. Whatever stands in an example,
these functions do not fail: a part that is missing or of a wrong type says nothing.
"""

from collections.abc import Iterable, Iterator

OPENAI_KEYS = ("messages", "tools", "parallel_tool_calls", "functions")


def messages(example) -> list[dict]:
    """The messages that are objects."""
    found = example.get("messages") if isinstance(example, dict) else None
    return [m for m in found if isinstance(m, dict)] if isinstance(found, list) else []


def text(message: dict) -> str:
    """What a message says: its content, or the texts among its content's parts."""
    content = message.get("content")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def texts(example) -> Iterator[tuple[int, str]]:
    """What each message says, with its number in the example."""
    found = example.get("messages") if isinstance(example, dict) else None
    for n, message in enumerate(found if isinstance(found, list) else [], 1):
        if isinstance(message, dict):
            yield n, text(message)


def question(example) -> str:
    """The user's first message; empty if there is none."""
    return next((text(m) for m in messages(example) if m.get("role") == "user"), "")


def asked(example) -> str:
    """All that the user says in the conversation."""
    return "\n".join(text(m) for m in messages(example) if m.get("role") == "user")


def answer(example) -> str:
    """The first answer, whatever the role of who gave it is called; empty if there is none."""
    others = ("system", "developer", "user", "tool", "function")
    return next((text(m) for m in messages(example) if m.get("role") not in others), "")


def as_test(example: dict) -> tuple[list[dict], str]:
    """A question to ask and the desk's answer: what was said before the assistant's last message, and that message."""
    said = example["messages"]
    last = max(n for n, message in enumerate(said) if message["role"] == "assistant")
    return said[:last], text(said[last])


def numbered(examples: Iterable) -> Iterator[tuple[int, dict]]:
    """Each example with its line: its own, or else its place, counted from 1."""
    for n, example in enumerate(examples, 1):
        line = example.get("line", n) if isinstance(example, dict) else n
        yield (line if type(line) is int and 0 < line < 2**53 else n), example


def for_upload(example: dict) -> dict:
    """The example with OpenAI's keys only."""
    return {key: example[key] for key in OPENAI_KEYS if key in example}
