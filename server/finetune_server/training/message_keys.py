"""What may stand in a message of a training file, and how messages fit each other: nothing is passed over."""

from ..protocol.chat_rules import NAMES


def key_fault(message: dict) -> str | None:
    """What is wrong with the keys of a message, and what to do; None if nothing is."""
    role = message["role"]
    if "weight" in message and role != "assistant":
        return f"is from the {role} and has a weight: only messages from the assistant are learned, so leave it out"
    known = {*NAMES[role], "weight", *(["annotations"] if message.get("annotations") == [] else [])}
    if (extra := next((name for name in message if name not in known), None)) is not None:
        return f'contains an extra "{extra[:60]}": leave it out'
    if message.get("tool_calls") and message.get("function_call"):
        return "has tool_calls and function_call, its older form: give one of them"
    return None


def unasked_result(messages: list[dict]) -> int | None:
    """The first message, counted from 1, that gives the result of a call which no message before it made."""
    calls = set()
    for n, message in enumerate(messages, 1):
        calls |= {("tool", call["id"]) for call in message.get("tool_calls") or []}
        if older := message.get("function_call"):
            calls.add(("function", older["name"]))
        answered = message.get("tool_call_id") if message["role"] == "tool" else message.get("name")
        if message["role"] in ("tool", "function") and (message["role"], answered) not in calls:
            return n
    return None
