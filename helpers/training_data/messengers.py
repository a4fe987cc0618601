"""Chats that Telegram and Meta's messengers export as JSON: each message names who wrote it.

Sources: https://core.telegram.org/import-export, https://www.facebook.com/help/212802592074644 (a copy of one's data)
"""


def is_telegram(record) -> bool:
    """Whether a record is a chat of Telegram."""
    return _has_messages(record, {"id", "type", "text"})


def is_messenger(record) -> bool:
    """Whether a record is a chat of Messenger or Instagram."""
    return _has_messages(record, {"sender_name", "timestamp_ms"}) and all(
        isinstance(m["sender_name"], str) and isinstance(m["timestamp_ms"], (int, float)) for m in record["messages"]
    )


def _has_messages(record, keys: set[str]) -> bool:
    messages = record.get("messages") if isinstance(record, dict) else None
    return (
        isinstance(messages, list)
        and bool(messages)
        and all(isinstance(m, dict) and keys <= m.keys() for m in messages)
    )


def from_telegram(record: dict) -> list[dict]:
    """The messages with text; calls and other events are left out."""
    said = [m for m in record["messages"] if m["type"] == "message" and m.get("from")]
    messages = [{"role": m["from"], "content": _joined(m["text"])} for m in said]
    return [message for message in messages if message["content"]]


def _joined(text) -> str:
    """The whole text; where it has links or bold letters, Telegram cuts it into pieces."""
    parts = text if isinstance(text, list) else [text]
    return "".join(str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in parts).strip()


def from_messenger(record: dict) -> list[dict]:
    """The messages with text, the oldest first; pictures and reactions are left out."""
    said = sorted(record["messages"], key=lambda m: m["timestamp_ms"])
    written = [m for m in said if isinstance(m.get("content"), str)]
    return [{"role": _mended(m["sender_name"]), "content": _mended(m["content"])} for m in written]


def _mended(text: str) -> str:
    """The text as it was written: these exports hold each byte of its UTF-8 as a letter."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
