"""What exports call OpenAI's roles."""

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


def role_of(name, roles: dict[str, str]):
    """OpenAI's role for a name in the file; `roles` has names in lower case, and "*" for all others."""
    return roles.get(name.strip().lower(), roles.get("*", name)) if isinstance(name, str) else name
