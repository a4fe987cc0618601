"""What exports call OpenAI's roles."""

from email.utils import parseaddr

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
    address = parseaddr(known)[1] if "@" in known else ""
    for key in (known, address, address[address.rfind("@") :]):
        if key and key in roles:
            return roles[key]
    return known if known in OPENAI_ROLES else roles.get("*", name)
