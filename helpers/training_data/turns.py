"""Who speaks when: a conversation is a question, then its answer, and ends with an answer."""

import re
from collections.abc import Collection

from .example import text

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
MENDED = frozenset({"answer first", "no reply"})  # the kinds of findings that `mend_turns` mends
_GREETING = re.compile(  # it offers help, or says no more than hello: as a chat begins, in answer to nothing
    r"\b(?:how|what) (?:can|may|could) (?:i|we)\b|\bhelp you\b|\bassist\b|\bwelcome\b|\bwillkommen\b|"
    r"\b(?:wie|was|womit) (?:kann|können|darf|dürfen) (?:ich|wir)\b|\bhelfen\b|\bbehilflich\b|"
    r"^\W*(?:hello|hi|hey|good \w+|hallo|guten \w+|moin|servus|grüß \w+)(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)


def turn_findings(messages: list) -> list[tuple[int | None, str, str]]:
    """Number of the message, kind and detail of what is wrong with the order of user and assistant.

    Nothing, if a role is unknown or the assistant says nothing: those are findings of their own.
    """
    roles = _roles(messages)
    if "assistant" not in roles:
        return []
    if "user" not in roles:
        return [(None, "no question", "there is no message of the user to answer")]
    asked, said, last_word = roles.index("user"), roles.index("assistant"), roles[-1] == "user"
    found = []
    if said < asked:
        if "assistant" not in roles[asked:] or (last_word and not _GREETING.search(text(messages[said]))):
            return [(said + 1, "wrong order", "the answer stands before the question")]
        if said == 0 and messages[0].get("weight", 1) != 0:
            found.append((1, "answer first", "it is the first message, so there is nothing that it answers"))
    if last_word:
        found.append((len(roles), "no reply", "it is the last message, so nothing answers it"))
    return found


def mend_turns(example: dict, kinds: Collection[str] = MENDED) -> dict:
    """The example with weight 0 for what the assistant says before the user, and without the user's last words.

    Only the kinds of findings in `kinds` are mended.
    """
    messages = example.get("messages")
    found = {kind for _, kind, _ in turn_findings(messages)} & set(kinds) if isinstance(messages, list) else set()
    if not messages or not found:
        return example
    roles = _roles(messages)
    end = max(n for n, role in enumerate(roles, 1) if role != "user") if "no reply" in found else len(roles)
    start = roles.index("user") if "answer first" in found else 0
    unlearned = [m | {"weight": 0} if m["role"] == "assistant" else m for m in messages[:start]]
    return {**example, "messages": unlearned + messages[start:end]}


def has_answer_to_learn(example: dict) -> bool:
    """Whether the assistant says something whose weight is not 0."""
    return any(m["role"] == "assistant" and m.get("weight", 1) != 0 for m in example["messages"])


def _roles(messages: list) -> list[str]:
    """The role of each message; [] if one has none that is known."""
    roles = [role for m in messages if isinstance(m, dict) and isinstance(role := m.get("role"), str) and role in ROLES]
    return roles if len(roles) == len(messages) else []
