"""Templates: {{item.answer}} stands for what the line of the file has there, {{sample.output_text}} for the answer."""

import json
import re
from typing import Any, NamedTuple

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PATH = re.compile(r"(item|sample)((?:\.[^.\[\]\s]+|\[\d+\])+)")
STEP = re.compile(r"\.([^.\[\]\s]+)|\[(\d+)\]")
OF_SAMPLE = ("output_text", "output_json", "output_tools", "choices")


class BadPlaceholder(ValueError):
    """A template names what cannot exist; the message says what and what can."""


class MissingValue(LookupError):
    """What a template names is not there; the message is its path."""


class Placeholder(NamedTuple):
    """A path in a template: its namespace, and the keys or positions below."""

    text: str
    namespace: str
    steps: tuple[str | int, ...]


def placeholders_in(template: str) -> list[Placeholder]:
    """All placeholders of a template. Raises BadPlaceholder."""
    return [_read(match[1].strip()) for match in PLACEHOLDER.finditer(template)]


def filled(template: str, namespace: dict[str, Any]) -> str:
    """The template with its values; those that are not text as JSON. Raises MissingValue and BadPlaceholder."""

    def value(match: re.Match) -> str:
        found = look_up(_read(match[1].strip()), namespace)
        return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)

    return PLACEHOLDER.sub(value, template)


def look_up(placeholder: Placeholder, namespace: dict[str, Any]) -> Any:
    """The value that a placeholder names. Raises MissingValue."""
    found: Any = namespace[placeholder.namespace]
    for step in placeholder.steps:
        position = int(step) if str(step).isdecimal() else None
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and position is not None and position < len(found):
            found = found[position]
        else:
            raise MissingValue(placeholder.text)
    return found


def _read(text: str) -> Placeholder:
    match = PATH.fullmatch(text)
    if not match:
        raise BadPlaceholder(f"{{{{{text}}}}} names nothing: write {{{{item.KEY}}}} or {{{{sample.output_text}}}}")
    steps = tuple(int(step[2]) if step[2] else step[1] for step in STEP.finditer(match[2]))
    if match[1] == "sample" and steps[0] not in OF_SAMPLE:
        raise BadPlaceholder(f"{{{{{text}}}}} names nothing: a sample has {', '.join(OF_SAMPLE)}")
    return Placeholder(text, match[1], steps)
