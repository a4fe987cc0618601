"""Personal data and secrets in German and English texts: found by rules, and masked.

Numbers count only if their checksum or their country's numbering plan is right, so that serial numbers, error codes
and measures stay. So does what no rule can see, such as a name in mid-sentence or an address: read a sample
yourself. A trained recognizer (presidio) would find more of it, but needs models of its own and cannot be installed
without a network.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn

from .example import texts, with_line_numbers
from .report import Finding, finding

_WORD = r"[A-ZÄÖÜÀ-Ý][a-zäöüßà-ÿ]+(?:-[A-ZÄÖÜÀ-Ý][a-zäöüßà-ÿ]+)?"
_FULL_NAME = rf"(?:(?:von|van|de|zu)(?: de[rn])? )?{_WORD}(?: (?:von|van|de|zu))?(?: {_WORD}){{0,2}}"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Sir|Madam|Herrn?|Frau|Fräulein|Dr|Prof|Hr|Fr)"
_HELLO = (
    r"(?:Hi|Hello|Hey|Dear|Good (?:Morning|Afternoon|Evening|Day)|Hallo|Hej|Moin|Servus|Liebe[rs]?|Grüezi"
    r"|Gr[üu](?:ß|ss) Gott|Guten (?:Tag|Morgen|Abend)|Grüß dich|Sehr geehrte[rs]?)"
)
_BYE = r"(?:regards|wishes|sincerely|yours|thanks|thank you|cheers|gr[üu](?:ß|ss)(?:e|en)?|mfg|lg|vg|danke)"
_I_AM = r"(?:my name is|I am called|ich hei(?:ß|ss)e|mein name (?:ist|lautet))"
NAMES = [
    re.compile(
        rf"(?<!\w)(?P<whose>(?i:mein|dein|sein|ihr|unser|ein)e[rnm]? )?"
        rf"{_TITLE}\.?(?: {_TITLE}\.?)* (?P<name>{_FULL_NAME})"
    ),
    re.compile(rf"(?<!\w)(?i:{_HELLO}),? (?P<name>{_FULL_NAME})(?=\s*(?:[,!.:;\n–-]|$))"),
    re.compile(rf"(?<!\w)(?i:{_BYE})[,!.]?\s+(?P<name>{_FULL_NAME})(?=(?:\s*\.)?\s*$)", re.MULTILINE),
    re.compile(rf"(?<!\w)(?i:{_I_AM}) (?P<name>{_FULL_NAME})"),
]
NOBODY = frozenset(
    "Team Support Service Services Kundenservice Kundendienst Kundenbetreuung Customer Customers Care Sir Madam "
    "All Everyone Everybody Anyone There Folks Guys People Friends Again Damen Herren Zusammen Leute Freunde "
    "Kollegen Kollege Kollegin Kunde Kundin Kunden Ihr Ihre Ihnen Sie Euch Euer Dein Deine Du Your Yours You The My "
    "Desk Hotline Werkstatt Technik Library Librarian Bibliothek Bank Hotel Museum School Schule Office Amt "
    "Stadtwerke Praxis Redaktion Reception Shop Online Firma Company "
    "Hello Hallo Hi Hey Dear Liebe Lieber Guten Tag Morgen Abend Good Morning Danke Thanks Thank Vielen Dank "
    "Bitte Please Nochmals Vorab Herzlich Herzliche Viele Beste Best Kind Regards Grüße Grüßen "
    "Mr Mrs Ms Miss Mx Herr Herrn Frau Fräulein Dr Prof".split()
)

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s?[(\[](?:at|ät)[)\]]\s?)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}", re.IGNORECASE
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_CARD = re.compile(r"(?<![\w.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w])")
_CARD_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|4\d\d|5\d\d)\d{12}"
)
_DIGITS = re.compile(r"[+(\d](?:[ ()/.-]{0,3}\d){6,}")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2})(?!\d)")
_OTHER_NUMBER = re.compile(  # before a number that is not a telephone number
    r"(?:serial|serien|s/?n|order|bestell\w*|auftrag\w*|invoice|rechnung\w*|art(?:ikel|icle)?|part|item|model\w*|ticket|case|"
    r"ref(?:erence)?|tracking|sendung\w*|kunden|customer|teile|error|fehler|code|vorgang\w*|ean|isbn|imei|version)"
    r"[ -]?(?:numbers?|nummern?|nr|no|id|code|#)?[.:# ]*(?:is|ist|lautet)?[: #]*$",
    re.IGNORECASE,
)
PLANS = ("DE", "GB", "AT", "CH", "US")  # numbering plans for numbers without a country code
_SECRETS = re.compile(
    r"(?<!\w)(?:sk-(?:[a-z]+-)?[\w-]{20,}|sk_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_\w{30,}"
    r"|xox[abprs]-[\w-]{10,}|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{35}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))"
)
_PASSWORDS = re.compile(
    r"\b(?:password|passwort|kennwort|passwd|pwd|pin|api[ _-]?key|secret|access[ _-]?token|zugangscode)"
    r"(?:\s*[:=]\s*|\s+(?:is|ist|lautet)(?:\s*:)?\s*)[\"'„“]?(?P<secret>(?=\S*\d)[^\s\"'“”,;]{4,})",
    re.IGNORECASE,
)


class Hit(NamedTuple):
    """Personal data or a secret in a text, from the character at `start` to the one before `end`."""

    start: int
    end: int
    kind: str
    text: str


def find(text: str) -> list[Hit]:
    """Personal data and secrets in a text, in its order; of hits that overlap, the more certain one."""
    hits: list[Hit] = []
    for start, end, kind in _all(text):
        if all(end <= hit.start or hit.end <= start for hit in hits):
            hits.append(Hit(start, end, kind, text[start:end]))
    return sorted(hits)


def mask(text: str) -> str:
    """The text with [e-mail], [phone], [IBAN], [card number], [name] and [secret] instead of the hits of `find`."""
    for hit in reversed(find(text)):
        text = f"{text[: hit.start]}[{hit.kind}]{text[hit.end :]}"
    return text


def mask_examples(examples: list[dict]) -> list[dict]:
    """New examples in which every text is masked, also in the arguments of tool calls."""
    return [{**example, "messages": _masked(example.get("messages"))} for example in examples]


def find_personal_data(examples: list[dict]) -> Iterator[Finding]:
    """A finding for each piece of personal data and each secret."""
    for line, example in with_line_numbers(examples):
        for n, text in texts(example):
            for hit in find(text):
                kind = "secret" if hit.kind == "secret" else "personal data"
                yield finding(line, n, kind, f"{hit.kind}: {hit.text}")


def _masked(value):
    """The value with `content`, `text` and `arguments` masked, however deep they are."""
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        k: mask(v) if isinstance(v, str) and k in ("content", "text", "arguments") else _masked(v)
        for k, v in value.items()
    }


def _all(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of all hits, the most certain kinds first."""
    for found in _SECRETS.finditer(text):
        yield *found.span(), "secret"
    for found in _PASSWORDS.finditer(text):
        yield *found.span("secret"), "secret"
    for found in _EMAIL.finditer(text):
        yield *found.span(), "e-mail"
    if any(char.isdigit() for char in text):
        for found in _IBAN.finditer(text):
            if end := _iban_end(found[0]):
                yield found.start(), found.start() + end, "IBAN"
        for found in _CARD.finditer(text):
            digits = re.sub(r"\D", "", found[0])
            if _CARD_ISSUER.fullmatch(digits) and luhn.is_valid(digits) and not _is_other_number(text, found.start()):
                yield *found.span(), "card number"
        yield from _phones(text)
    for pattern in NAMES:
        for found in pattern.finditer(text):
            whose = found.groupdict().get("whose")  # "meine Frau": my wife
            if not whose and not NOBODY.intersection(re.split(r"[ -]", found["name"])):
                yield *found.span("name"), "name"


def _is_other_number(text: str, start: int) -> bool:
    """Whether the words before a number say that it is another kind of number."""
    return bool(_OTHER_NUMBER.search(text[max(0, start - 40) : start]))


def _iban_end(run: str) -> int:
    """The length of the IBAN that the run begins with, 0 if none: each country has one length, so at most one fits."""
    ends = (n for n in range(15, len(run) + 1) if n == len(run) or not run[n].isalnum())
    return next((n for n in ends if iban.is_valid(run[:n], check_country=False)), 0)


def _phones(text: str) -> Iterator[tuple[int, int, str]]:
    if not _DIGITS.search(text):
        return
    dates = [found.span() for found in _DATE.finditer(text)]
    for plan in PLANS:
        leniency = Leniency.STRICT_GROUPING if plan == "US" else Leniency.VALID
        for match in PhoneNumberMatcher(text, plan, leniency):
            written = match.raw_string
            if written.lstrip("(").startswith(("+", "0")) or re.search(r"\d[ ).-]+\d", written):
                is_date = any(start < match.end and match.start < end for start, end in dates)
                if not is_date and (written.startswith("+") or not _is_other_number(text, match.start)):
                    yield match.start, match.end, "phone"
