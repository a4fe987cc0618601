"""Mail as conversations: which mails belong together, and who speaks for the desk."""

import re
import warnings
from collections import Counter
from pathlib import Path

from .mail_files import Mail, addresses, mails
from .people import of_speakers
from .repeated_endings import without_repeated_endings
from .roles import role_of, say_unheard

_REPLY = re.compile(r"^\s*(?:(?:re|aw|antw|antwort|sv|fwd?|wg)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_TICKET = re.compile(r"(?:#|\[)[^\]\s]*\d{3,}")  # "[#12345]" of a ticket system is in each mail of a thread


Numbered = tuple[int, Mail]


def from_mail(path: Path, files: list[Path], own: dict[str, str]) -> list[tuple[dict, dict]]:
    """Examples, one a thread, and the headers of their first mails. Warns (UserWarning) what was taken.

    `own` are the reader's names of roles; whom they do not name is the customer. Raises ValueError if they name
    nobody as the assistant.
    """
    roles = {"*": "user"} | own
    found = [(n, mail) for n, mail in enumerate(mails(files), 1)]
    if not found:
        raise ValueError(f"{path} holds no mail. Export it again, as .mbox or .eml.")
    if all(_role(mail, roles) != "assistant" for _, mail in found):
        domains = Counter(address[address.rfind("@") :] for _, m in found for address in addresses(m.sender))
        seen = ", ".join(domain for domain, _ in domains.most_common(5))
        raise ValueError(
            f"{path} holds mail from {seen}. Say which is yours, the domain or an address: "
            'roles={"@desk.example": "assistant"}.'
        )
    say_unheard(path, own, [address for _, mail in found for address in [mail.sender, *mail.others]])
    automatic = [pair for pair in found if pair[1].automatic]
    internal = [pair for pair in found if not pair[1].automatic and _is_internal(pair[1], roles)]
    unsent = {n for n, _ in automatic + internal}
    written = [(n, mail) for n, mail in found if n not in unsent]
    threads = _threads(_unsigned(written, roles), roles)
    left_out = _left_out(automatic, "automatic reply", "automatic replies") + _left_out(
        internal, "mail between colleagues", "mails between colleagues"
    )
    warnings.warn(
        f"{path.name}: this looks like mail; I take {len(written):,} mails as {len(threads):,} threads, and of each "
        f"what its writer wrote, without quotations and signatures.{left_out}",
        stacklevel=3,
    )
    return [(_example(thread, roles), thread[0][1].headers) for thread in threads]


def _unsigned(found: list[Numbered], roles: dict[str, str]) -> list[Numbered]:
    """The mails, those of the desk without what each of its writers has below most of them."""
    by_sender: dict[str, list[Numbered]] = {}
    for n, mail in found:
        by_sender.setdefault(mail.sender if _role(mail, roles) == "assistant" else f"{n}", []).append((n, mail))
    changed = [
        (n, mail._replace(text=text))
        for mails in by_sender.values()
        for (n, mail), text in zip(mails, without_repeated_endings([m.text for _, m in mails]), strict=True)
    ]
    return sorted(changed, key=lambda pair: pair[0])


def _left_out(mails: list[Numbered], one: str, several: str) -> str:
    return f" {len(mails):,} {one if len(mails) == 1 else several} left out." if mails else ""


def _is_internal(mail: Mail, roles: dict[str, str]) -> bool:
    """Whether the desk wrote it to itself; a mail that names no receiver is none."""
    to = [address for key in ("to", "cc") for address in addresses(mail.headers.get(key, ""))]
    return _role(mail, roles) == "assistant" and bool(to) and all(role_of(a, roles) == "assistant" for a in to)


def _example(thread: list[Numbered], roles: dict[str, str]) -> dict:
    messages = [{"role": _role(mail, roles), "content": mail.text} for _, mail in thread]
    if not messages[0]["content"]:  # who writes only a subject asks in it
        messages[0]["content"] = thread[0][1].headers.get("subject", "")
    example = {"line": min(n for n, _ in thread), "id": thread[0][1].ids[0], "messages": messages}
    customer = _customer(thread[0][1], roles)
    facts = of_speakers((mail.sender, _role(mail, roles)) for _, mail in thread)
    return example | facts | ({"customer": customer} if customer else {})


def _role(mail: Mail, roles: dict[str, str]):
    """The sender's role; a form on one's own pages sends what a customer writes, and replies go to the customer."""
    replies = addresses(mail.headers.get("reply-to", ""))
    roles_of_replies = [role_of(address, roles) for address in replies] or [role_of(mail.sender, roles)]
    return role_of(mail.sender, roles) if "assistant" in roles_of_replies else roles_of_replies[0]


def _threads(found: list[Numbered], roles: dict[str, str]) -> list[list[Numbered]]:
    """Mails that name each other; where a reply names none that is there, those of one customer on one subject."""
    groups = _Groups()
    for _, mail in found:
        for other in mail.ids[1:]:
            groups.join(mail.ids[0], other)
    latest: dict[tuple[str, str], str] = {}
    for thread in sorted(groups.of(found), key=lambda thread: _order(thread[0])):
        first = thread[0][1]
        subject = first.headers.get("subject", "")
        key = (_REPLY.sub("", subject).strip().lower(), _customer(first, roles))
        if key in latest and (_REPLY.match(subject) or _TICKET.search(subject)):
            groups.join(latest[key], first.ids[0])
        latest[key] = first.ids[0]
    return groups.of(found)


class _Groups:
    """Names that belong together, each with another one of its group."""

    def __init__(self):
        self._next: dict[str, str] = {}

    def _root(self, name: str) -> str:
        while (other := self._next.setdefault(name, name)) != name:
            self._next[name] = self._next.setdefault(other, other)
            name = other
        return name

    def join(self, one: str, other: str) -> None:
        self._next[self._root(other)] = self._root(one)

    def of(self, found: list[Numbered]) -> list[list[Numbered]]:
        """The mails of each group in the order of time, the groups in that of the file."""
        members: dict[str, list[Numbered]] = {}
        for n, mail in found:
            members.setdefault(self._root(mail.ids[0]), []).append((n, mail))
        return [sorted(thread, key=_order) for thread in members.values()]


def _customer(mail: Mail, roles: dict[str, str]) -> str:
    """The address at the other end."""
    return next((address for address in mail.others if role_of(address, roles) != "assistant"), "")


def _order(pair: Numbered) -> tuple[float, int]:
    n, mail = pair
    undated = float("inf") if mail.ids[1:] else 0.0  # an answer comes last, a question first
    return (undated if mail.seconds is None else mail.seconds), n
