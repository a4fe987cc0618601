"""What exports call OpenAI's roles."""

import warnings
from collections.abc import Iterable
from email.utils import parseaddr
from pathlib import Path

ROLES = {
    **dict.fromkeys(("user", "customer", "client", "human", "visitor", "caller", "guest", "question", "q"), "user"),
    **dict.fromkeys(("kunde", "kundin", "nutzer", "nutzerin", "anrufer", "gast", "frage"), "user"),
    **dict.fromkeys(
        ("assistant", "agent", "support", "bot", "desk", "service", "operator", "answer", "a"), "assistant"
    ),
    **dict.fromkeys(("kundendienst", "mitarbeiter", "mitarbeiterin", "berater", "beraterin", "antwort"), "assistant"),
    **dict.fromkeys(("system", "developer"), "system"),
}
PUBLIC_ROLES = ROLES | {
    **dict.fromkeys(("prompter", "inquirer"), "user"),
    **dict.fromkeys(("gpt", "chatgpt", "model", "chatbot", "bard", "bing"), "assistant"),
}  # public data sets have these besides


OPENAI_ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function"))


def role_of(name, roles: dict[str, str]):
    """OpenAI's role for a name in the file; `roles` has names in lower case, and "*" for all whose role is unknown.

    An address ("Kim <kim@desk.example>") is known by itself, or by its domain ("@desk.example").
    """
    if not isinstance(name, str):
        return name
    known = name.strip().lower()
    found = next((roles[key] for key in _keys(known) if key in roles), None)
    return found or (known if known in OPENAI_ROLES else roles.get("*", name))


def _keys(known: str) -> list[str]:
    """What a name may be called by the reader: itself, the address in it, the address's domain."""
    address = parseaddr(known)[1] if "@" in known else ""
    return [key for key in (known, address, address[address.rfind("@") :]) if key]


def say_unheard(path: Path, own: dict[str, str], names: Iterable) -> None:
    """Warn (UserWarning) of the reader's `own` names that are not among the `names` in the file."""
    heard = {key for name in set(filter(lambda n: isinstance(n, str), names)) for key in _keys(name.strip().lower())}
    if unheard := [name for name in own if name != "*" and name not in heard]:
        there = ", ".join(map(repr, sorted(heard)[:5]))
        warnings.warn(f"{path.name}: nobody is called {', '.join(map(repr, unheard))}, but {there}.", stacklevel=4)
