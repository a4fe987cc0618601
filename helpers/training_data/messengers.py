"""Chats that Telegram and Meta's messengers export as JSON: each message names who wrote it.

Sources: https://core.telegram.org/import-export, https://www.facebook.com/help/212802592074644 (a copy of one's data)
"""


def is_telegram(record) -> bool:
    """A chat of Telegram."""
    return _has_messages(record, {"id", "type", "text"})


def is_messenger(record) -> bool:
    """A chat of Messenger or Instagram."""
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
    """What was written; calls and other events are left out."""
    said = [m for m in record["messages"] if m["type"] == "message" and m.get("from")]
    messages = [{"role": m["from"], "content": _joined(m["text"])} for m in said]
    return [message for message in messages if message["content"]]


def _joined(text) -> str:
    """A text, which is in pieces where it has links or bold letters."""
    parts = text if isinstance(text, list) else [text]
    return "".join(str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in parts).strip()


def from_messenger(record: dict) -> list[dict]:
    """What was written, the oldest first; pictures and reactions are left out."""
    said = sorted(record["messages"], key=lambda m: m["timestamp_ms"])
    written = [m for m in said if isinstance(m.get("content"), str)]
    return [{"role": _mended(m["sender_name"]), "content": _mended(m["content"])} for m in written]


def _mended(text: str) -> str:
    """These exports write each byte of UTF-8 as a letter of its own."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
