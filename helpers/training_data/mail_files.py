"""The mails in mbox and eml files.

Sources: RFC 5322 (section 3.6.4: the identities of a thread), RFC 3834 (automatic replies), RFC 4155 (mbox).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, mktime_tz, parsedate_tz
from pathlib import Path
from typing import NamedTuple

from .mail_text import written_text
from .text_encoding import decoded

MAIL = frozenset((".eml", ".mbox", ".mbx"))
# with a date, and not any line that begins with "From ", as `mailbox` takes it
_SEPARATOR = re.compile(rb"From (?:.* )?[A-Z]\w\w,? +(?:[A-Z]\w\w +\d{1,2}|\d{1,2} +[A-Z]\w\w)\b.*\d\d:\d\d")
_ID = re.compile(r"<[^<>\s]+>")
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|wtr|tr)\s*:", re.IGNORECASE)
# RFC 3676: a line that ends in a space goes on in the next.
_FLOWED = re.compile(r"^(?!-- $|>)(.*) \r?\n(?=[^>\s])", re.MULTILINE)


class Mail(NamedTuple):
    """What a mail says of its thread, its writer and its place; `text` is what its writer wrote."""

    headers: dict[str, str]  # with names in lower case
    ids: list[str]  # its own first, then those of the mails that it answers
    sender: str
    others: list[str]  # addresses
    seconds: float | None  # since 1970
    text: str
    automatic: bool


def is_mail(path: Path) -> bool:
    """Whether a file holds mail, by its ending, or by its start if it has none, as in Thunderbird."""
    if path.suffix:
        return path.suffix.lower() in MAIL
    with open(path, "rb") as file:
        return bool(_SEPARATOR.match(file.readline()))


def mails(files: list[Path]) -> Iterator[Mail]:
    """The mails of all files; one that lies in two of them (inbox and sent) comes once."""
    seen = set()
    for file in files:
        for content in [file.read_bytes()] if file.suffix.lower() == ".eml" else _in_mbox(file):
            message = message_from_bytes(content)
            identity = str(message["Message-ID"] or content).strip()
            if message["From"] and identity not in seen:
                seen.add(identity)
                yield _mail(message, f"<{len(seen)}>")


def _in_mbox(file: Path) -> Iterator[bytes]:
    lines: list[bytes] = []
    with open(file, "rb") as opened:
        for line in opened:
            if _SEPARATOR.match(line) and (not lines or not lines[-1].strip()):
                yield b"".join(lines)
                lines = []
            else:
                lines.append(re.sub(rb"^>(>*From )", rb"\1", line))
    yield b"".join(lines)


def _mail(message: Message, name: str) -> Mail:
    headers = {key.lower(): _decoded_header(str(value)) for key, value in reversed(message.items())}
    own = _ID.findall(headers.get("message-id", ""))[:1] or [name]
    answered = _ID.findall(headers.get("in-reply-to", "") + headers.get("references", ""))
    others = [other for key in ("reply-to", "from", "to", "cc") for other in addresses(headers.get(key, ""))]
    return Mail(
        headers,
        own + answered,
        headers["from"],
        others,
        _seconds(headers.get("date", "")),
        _text(message, bool(_FORWARD.match(headers.get("subject", "")))),
        _is_automatic(headers),
    )


def addresses(value: str) -> list[str]:
    """The addresses in a header, in lower case."""
    return [address.lower() for _, address in getaddresses([value]) if "@" in address]


def _decoded_header(value: str) -> str:
    with suppress(LookupError, ValueError):  # an encoding that Python does not know, or that the bytes break
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())


def _seconds(date: str) -> float | None:
    try:
        found = parsedate_tz(date)
        return mktime_tz(found) if found else None
    except (ValueError, OverflowError):  # a date that no calendar has
        return None


def _is_automatic(headers: dict[str, str]) -> bool:
    """A receipt or an absence note that says so; `auto-generated` stands on the answers of ticket systems, too."""
    replied = headers.get("auto-submitted", "").lower().startswith("auto-replied")
    return replied or headers.get("precedence", "").lower() == "auto_reply" or "x-autoreply" in headers


def _text(message: Message, forwards: bool) -> str:
    """What was written in the first part that is text; in HTML only if there is no other."""
    shown = [p for p in message.walk() if not p.is_multipart() and p.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            text = _content(part) if part.get_content_type() == kind else ""
            if text.strip():
                return written_text(text, kind == "text/html", forwards)
    return ""


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "ascii")
    except (LookupError, ValueError):  # no such encoding, or the bytes are in another
        text = decoded(content)
    return _FLOWED.sub(r"\1 ", text) if str(part.get_param("format")).lower() == "flowed" else text
