"""Open Assistant's conversations (OASST): trees of messages, in which several people answered each.

Of each tree one conversation is taken: the answer with the best rank at each place.
Source: https://projects.laion.ai/Open-Assistant/docs/data/schemas
"""

from collections.abc import Iterable


def is_tree(record) -> bool:
    """A tree has its first message as `prompt`, and answers as `replies` inside each."""
    prompt = record.get("prompt") if isinstance(record, dict) else None
    return isinstance(prompt, dict) and "text" in prompt and isinstance(prompt.get("replies"), list)


def is_message(record) -> bool:
    """A flat file has a message in each record, which names the one before it."""
    return isinstance(record, dict) and {"message_id", "text", "role"} <= record.keys()


def from_tree(record: dict) -> list[dict]:
    """The messages of the best conversation, up to its last answer."""
    found, message = [], record["prompt"]
    while message is not None:
        found.append({"role": message.get("role"), "content": message.get("text")})
        message = _best(message.get("replies"))
    while len(found) > 1 and found[-1]["role"] == "prompter":
        found.pop()
    return found


def _best(replies) -> dict | None:
    """The reply with the lowest rank that was not deleted; those without a rank come last, in their order."""
    there = [r for r in replies if isinstance(r, dict) and not r.get("deleted")] if isinstance(replies, list) else []
    return min(there, key=_rank, default=None)


def _rank(reply: dict) -> float:
    rank = reply.get("rank")
    return rank if isinstance(rank, (int, float)) else float("inf")


def trees(messages: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """The trees of a flat file's messages, each with the number of its first message."""
    nodes = {str(message["message_id"]): (n, {**message, "replies": []}) for n, message in messages}
    found = []
    for n, node in nodes.values():
        parent = nodes.get(str(node.get("parent_id")))
        if parent:
            parent[1]["replies"].append(node)
        else:
            found.append((n, {"message_tree_id": node.get("message_tree_id", node["message_id"]), "prompt": node}))
    return found
