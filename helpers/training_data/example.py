"""An example: a dict with `messages` in OpenAI's chat format; beside them it may carry keys of our own.

`line` is its line in the source, counted from 1 (the row of a spreadsheet, the number of a file in a folder), `id`
its conversation, `topic` its subject, `customer` whose it is, `people` the names in it, `misread` what was wrong with
its line. But for `split_off_answer` these functions never raise: missing or malformed parts count as empty.
"""

from collections.abc import Iterable, Iterator

OPENAI_KEYS = ("messages", "tools", "parallel_tool_calls", "functions")


def messages(example) -> list[dict]:
    """The messages that are objects."""
    found = example.get("messages") if isinstance(example, dict) else None
    return [m for m in found if isinstance(m, dict)] if isinstance(found, list) else []


def text(message: dict) -> str:
    """The text of a message: its content, or the texts among its content's parts, one per line."""
    content = message.get("content")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def texts(example) -> Iterator[tuple[int, str]]:
    """The number of each message in the example, counted from 1, and its text."""
    found = example.get("messages") if isinstance(example, dict) else None
    for n, message in enumerate(found if isinstance(found, list) else [], 1):
        if isinstance(message, dict):
            yield n, text(message)


def first_question(example) -> str:
    """The user's first message."""
    return next((text(m) for m in messages(example) if m.get("role") == "user"), "")


def user_text(example) -> str:
    """All messages of the user, one per line."""
    return "\n".join(text(m) for m in messages(example) if m.get("role") == "user")


def answers(example) -> list[str]:
    """All that answers the user, whatever the role is called; a greeting before the first question is left out."""
    others = ("system", "developer", "tool", "function")
    said = [m for m in messages(example) if m.get("role") not in others]
    asked = next((n for n, m in enumerate(said) if m.get("role") == "user"), 0)
    return [text(m) for m in said[asked:] if m.get("role") != "user"]


def first_answer(example) -> str:
    """The first of `answers`."""
    return next(iter(answers(example)), "")


def split_off_answer(example: dict) -> tuple[list[dict], str]:
    """The prompt of a test, and its reference: all before the assistant's last message, and the text of that message.

    Raises ValueError if the assistant says nothing.
    """
    messages = example["messages"]
    last = max(n for n, message in enumerate(messages) if message["role"] == "assistant")
    return messages[:last], text(messages[last])


def with_line_numbers(examples: Iterable) -> Iterator[tuple[int, dict]]:
    """Each example with its line: its own `line`, or else its position, counted from 1."""
    for n, example in enumerate(examples, 1):
        line = example.get("line", n) if isinstance(example, dict) else n
        yield (line if type(line) is int and 0 < line < 2**53 else n), example


def upload_fields(example: dict) -> dict:
    """The example with OpenAI's keys only."""
    return {key: example[key] for key in OPENAI_KEYS if key in example}
