"""Conversations that ChatGPT exports as conversations.json: trees of messages, of which the last branch is read.

The file is in the archive that an account may ask for: https://help.openai.com/en/articles/7260999
"""


def is_talk(record) -> bool:
    """Whether a record is a conversation with ChatGPT."""
    nodes = record.get("mapping") if isinstance(record, dict) else None
    return isinstance(nodes, dict) and all(
        isinstance(n, dict) and {"message", "parent"} <= n.keys() for n in nodes.values()
    )


def from_talk(record: dict) -> list[dict]:
    """What was written and answered, from the first message to the one that is shown last.

    Thoughts, calls of tools and what these returned are left out, and so are answers that were asked for again.
    """
    said = [node["message"] for node in _branch(record) if isinstance(node["message"], dict)]
    found = [{"role": _role(message), "content": _text(message)} for message in said]
    return [message for message in found if message["role"] in ("user", "assistant") and message["content"]]


def _branch(record: dict) -> list[dict]:
    """The nodes from the root to the current one, or to the last of all where none is named."""
    nodes, names = record["mapping"], {}  # a dict, which keeps the order and finds a circle at once
    name = record.get("current_node")
    name = name if isinstance(name, str) and name in nodes else next(reversed(nodes), None)
    while isinstance(name, str) and name in nodes and name not in names:
        names[name] = True
        name = nodes[name]["parent"]
    return [nodes[name] for name in reversed(names)]


def _role(message: dict) -> str:
    author = message.get("author")
    to_all = message.get("recipient") in (None, "all")  # a call of a tool goes to the tool
    return str(author.get("role")) if isinstance(author, dict) and to_all else ""


def _text(message: dict) -> str:
    content = message.get("content")
    if not isinstance(content, dict) or content.get("content_type") not in ("text", "multimodal_text"):
        return ""
    parts = content.get("parts")
    return "\n".join(part for part in parts if isinstance(part, str)).strip() if isinstance(parts, list) else ""
