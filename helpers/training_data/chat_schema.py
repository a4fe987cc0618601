"""Messages, checked against the types of the `openai` package.

What is wrong is a list of pairs: the kind of a finding, and its detail.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import get_args, get_origin, get_type_hints

from openai.types import chat

from .function_calls import NAME, call_findings, function_call_findings
from .sdk_types import Found, mismatch, short

MESSAGES = {
    "system": chat.ChatCompletionSystemMessageParam,
    "developer": chat.ChatCompletionDeveloperMessageParam,
    "user": chat.ChatCompletionUserMessageParam,
    "assistant": chat.ChatCompletionAssistantMessageParam,
    "tool": chat.ChatCompletionToolMessageParam,
    "function": chat.ChatCompletionFunctionMessageParam,
}


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
    assistant = role == "assistant"
    calls, call = (own.pop(key, None) if assistant else None for key in ("tool_calls", "function_call"))
    found += _content_findings(kind, own, bool(calls or call))
    own["content"] = ""  # checked above
    if why := mismatch(kind, own):
        found.append(("tool call" if "tool_call_id" in why else "wrong type", why))
    elif isinstance(own.get("name"), str) and not NAME.fullmatch(own["name"]):
        found.append(("name", f"the name {short(own['name'])} has other characters than a-z, 0-9, _ and -"))
    found += call_findings(calls) if assistant and "tool_calls" in message else []
    return found + (function_call_findings(call) if call is not None else [])


def _content_findings(kind, message: dict, calls: bool) -> Found:
    content, part_type = message.get("content"), _part_type(kind)
    if content is None:
        return [] if calls else [("empty", "there is no content")]
    if isinstance(content, str):
        return [("empty", "there is no text")] if not content.strip() and not calls else []
    if not isinstance(content, list) or part_type is None:
        return [("wrong type", f"the content is {short(content)}, not a text")]
    wrong = ((n, mismatch(part_type, part)) for n, part in enumerate(content, 1))
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
