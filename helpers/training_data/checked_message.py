"""A message as it is checked: its role and text, and what is wrong with its structure.

Nearly all messages have a role and a text only. The SDK's types, slow to import, are needed for the others.
"""

from .example import text

PLAIN_ROLES = frozenset({"system", "user", "assistant"})
TOOL_KEYS = frozenset({"tools", "parallel_tool_calls", "functions"})

Found = list[tuple[int | None, str, str]]  # message number, kind and detail of findings


def role_and_text(message) -> tuple[str, str]:
    """Role and text of a message that has only these two, as nearly all do; of any other message "" and ""."""
    try:
        role, content = message["role"], message["content"]
        return (role, content) if role in PLAIN_ROLES and type(content) is str and len(message) == 2 else ("", "")
    except (TypeError, KeyError):
        return "", ""


def unusual(message) -> tuple[str, str, list[tuple[str, str]]]:
    """Role and text of any other message, as far as they are to be checked, and what is wrong with its structure."""
    from . import chat_schema  # it imports openai, which most files do not need

    if not isinstance(message, dict):
        return "", "", chat_schema.message_findings(message)
    role = message.get("role")
    kind = (
        {"system": "system", "developer": "system", "assistant": "assistant"}.get(role, "")
        if isinstance(role, str)
        else ""
    )
    if kind == "assistant" and message.get("weight", 1) == 0:
        kind = ""  # not learned
    return kind, text(message), chat_schema.message_findings(message)


def tool_findings(example: dict, earlier: Found) -> Found:
    """What is wrong with tools and calls. How calls and answers fit is looked at if nothing else is wrong with them."""
    from . import function_calls

    found: Found = [(None, kind, detail) for kind, detail in function_calls.tool_findings(example)]
    sound = not any(kind in ("wrong type", "unknown role", "tools", "tool call") for _, kind, _ in earlier + found)
    return found + (function_calls.exchange_findings(example) if sound else [])
