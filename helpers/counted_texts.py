"""What of an example is counted as tokens: its texts, and the JSON of its calls and tools.

Nothing here raises for a value of a wrong type: such a value counts as empty.
"""

import json
from typing import NamedTuple

MESSAGE_FIELDS = ("name", "refusal", "tool_calls", "tool_call_id", "function_call")
EXAMPLE_FIELDS = ("tools", "functions")


class Counted(NamedTuple):
    """Texts to count; names of the fields among them whose billing is not known; kinds of parts without a text."""

    texts: list[str]
    unknown: list[str]
    left_out: list[str]


def in_message(message: dict) -> Counted:
    """What is counted of a message. A part without a text, such as an image, is left out, and named by its type."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [] if content is None else [content]
    counted = Counted([], ["content parts"] if isinstance(content, list) else [], [])
    for part in parts:
        text = part if isinstance(content, str) else _text_of_part(part)
        if isinstance(text, str):
            counted.texts.append(text)
        else:
            counted.left_out.append(_kind(part))
    return _with_fields(counted, message, MESSAGE_FIELDS)


def beside_messages(example: dict) -> Counted:
    """What is counted of an example besides its messages: the tools that it offers."""
    return _with_fields(Counted([], [], []), example, EXAMPLE_FIELDS)


def _with_fields(counted: Counted, thing: dict, fields: tuple[str, ...]) -> Counted:
    for field in fields:
        if value := thing.get(field):
            counted.texts.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            counted.unknown.append(field)
    return counted


def _text_of_part(part) -> str | None:
    kind = part.get("type") if isinstance(part, dict) else None
    return part.get(kind) if kind in ("text", "refusal") else None


def _kind(part) -> str:
    """The type that a part names, such as image_url, or a word for what is not a part."""
    kind = part.get("type") if isinstance(part, dict) else None
    return kind[:40] if isinstance(kind, str) and kind else "what is not a text"
