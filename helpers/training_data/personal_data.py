"""Personal data and secrets in German and English texts: found by rules, and masked.

Numbers count only if their checksum or their country's numbering plan is right, or a word before them says what they
are, so that serial numbers, error codes and measures stay. Rules miss some names and addresses: read a sample
yourself.
"""

import re
import struct
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from .bank_numbers import bank_numbers
from .birth_dates import birth_dates
from .example import texts, with_line_numbers
from .ip_addresses import ip_addresses
from .mac_addresses import mac_addresses
from .own_data import OwnData
from .personal_identifiers import emails, identifiers
from .personal_names import known_names, names
from .phone_numbers import phone_numbers
from .postal_addresses import addresses
from .report import Finding, finding
from .secret_texts import secrets

KINDS = (
    "secret", "e-mail", "IBAN", "card number", "date of birth", "IP address", "MAC address", "licence plate",
    "ID number", "phone", "address", "name",
)  # fmt: skip
NOT_LOOKED_FOR = (
    "rare first names, those that are words as well, and surnames, unless a title, greeting or label stands there",
    "names and addresses in other languages than German and English, and those written in small letters",
    "streets without a number, and towns without a postcode",
    "numbers of customers, contracts, orders, patients and insurances, unless their label is known",
    "dates of birth, numbers of papers and number plates without a word that says what they are",
    "user names, profiles and addresses on the web",
    "employers, relations, illness, faith, politics and whatever else tells who it is",
    "pictures, attachments and links",
)
_DIGIT = re.compile(r"\d")
_remembered: dict[int, bytes] = {}  # by hash of a text: what was inspected is masked next, and then inspected again
MAX_REMEMBERED = 1_000_000  # some 100 MB
_SPAN = struct.Struct("<IIB")  # start, end, number of the kind
_MASK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")


class Hit(NamedTuple):
    """Personal data or a secret in a text, from the character at `start` to the one before `end`."""

    start: int
    end: int
    kind: str
    text: str


def find(text: str, own: Collection[str] = (), people: Collection[str] = ()) -> list[Hit]:
    """Personal data and secrets in a text, in its order; of hits that overlap, the more certain one.

    `own` are names, addresses and numbers of the company, which are not hits: "Northhome", "@northhome.example",
    "0800 123456". `people` are names that the source knows, which are hits wherever they stand. Raises TypeError if
    `own` is one text.
    """
    if isinstance(own, str):
        raise TypeError(f'own is one text, {own!r}. Give a list of them, such as ["Northhome", "0800 123456"].')
    key = hash(asked := (text, tuple(own), tuple(people)))
    if (spans := _remembered.get(key)) is not None:
        return [Hit(start, end, KINDS[n], text[start:end]) for start, end, n in _SPAN.iter_unpack(spans)]
    hits = _hits(*asked)
    if len(_remembered) >= MAX_REMEMBERED:
        _remembered.clear()
    _remembered[key] = b"".join(_SPAN.pack(hit.start, hit.end, KINDS.index(hit.kind)) for hit in hits)
    return hits


def _hits(text: str, own: tuple[str, ...], people: tuple[str, ...]) -> list[Hit]:
    hits = [Hit(*found.span(), "", found[0]) for found in _MASK.finditer(text)]
    for start, end, kind in _all(text, people):
        if all(end <= hit.start or hit.end <= start for hit in hits):
            hits.append(Hit(start, end, kind, text[start:end]))
    allowed = OwnData(own)
    return sorted(hit for hit in hits if hit.kind and not (own and allowed(hit.kind, hit.text)))


def mask(text: str, own: Collection[str] = (), people: Collection[str] = ()) -> str:
    """The text with [name], [phone] and so on (KINDS) for the hits of `find`. Masking it again changes nothing."""
    while hits := find(text, own, people):  # without a hit, what stood beside it may be one
        for hit in reversed(hits):
            text = f"{text[: hit.start]}[{hit.kind}]{text[hit.end :]}"
    return text


def mask_examples(examples: Iterable[dict], own: Collection[str] = ()) -> list[dict]:
    """New examples in which every text is masked, also in the arguments of tool calls.

    The names in an example's list `people` are masked wherever they occur in it. For `own`, see `find`.
    """
    return [{**example, "messages": _masked(example.get("messages"), own, people_of(example))} for example in examples]


def find_personal_data(examples: Iterable[dict], own: Collection[str] = ()) -> Iterator[Finding]:
    """A finding for each piece of personal data and each secret. For `own`, see `find`."""
    for line, example in with_line_numbers(examples):
        for n, text in texts(example):
            for hit in find(text, own, people_of(example)):
                kind = "secret" if hit.kind == "secret" else "personal data"
                yield finding(line, n, kind, f"{hit.kind}: {hit.text}")


def people_of(example) -> list[str]:
    """The names that the source of an example knows."""
    people = example.get("people") if isinstance(example, dict) else None
    return [person for person in people if isinstance(person, str)] if isinstance(people, list) else []


def _masked(value, own: Collection[str], people: Collection[str]):
    """The value with `content`, `text` and `arguments` masked, however deep they are."""
    if isinstance(value, list):
        return [_masked(item, own, people) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: mask(said, own, people)
        if isinstance(said, str) and key in ("content", "text", "arguments")
        else _masked(said, own, people)
        for key, said in value.items()
    }


def _all(text: str, people: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of all hits, the most certain kinds first."""
    yield from secrets(text)
    yield from emails(text)
    yield from birth_dates(text)  # which may be in words
    if _DIGIT.search(text):
        yield from bank_numbers(text)
        yield from identifiers(text)
        yield from ip_addresses(text)
        yield from mac_addresses(text)
        yield from addresses(text)
        yield from phone_numbers(text)
    known = list(known_names(text, people)) if people else []
    for start, end, kind in names(text):  # who is known as Ada may be called Ada Lovelace
        inside = [span for span in known if span[0] < end and start < span[1]]
        known = [span for span in known if span not in inside]
        yield min([start, *(span[0] for span in inside)]), max([end, *(span[1] for span in inside)]), kind
    yield from known
