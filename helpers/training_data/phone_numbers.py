"""Telephone numbers: of five countries as they stand, and of more after a word such as "Telefon" or "mobile"."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher, is_valid_number, parse

from .number_context import is_other_number

PLANS = ("DE", "GB", "AT", "CH", "US")  # numbering plans for numbers without a country code
MORE_PLANS = (
    *PLANS,
    "FR",
    "ES",
    "IT",
    "PT",
    "NL",
    "BE",
    "LU",
    "DK",
    "SE",
    "NO",
    "FI",
    "PL",
    "CZ",
    "SK",
    "HU",
    "RO",
    "GR",
    "TR",
    "IE",
)
_RUN = re.compile(r"[+(\d](?:[ \u00a0()/.-]{0,3}\d){6,}")
DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2})(?!\d)")
_CALLED = re.compile(  # the longest words first, so that "call" does not end a search for "call me"
    r"(?<!\w)(?:tele(?:fon|phone|fone|móvel|movel)\w*|tel[ée]fono\w*|téléphone|phone|tel|fon|mobile?|móvil|movil"
    r"|cell|celular|handy\w*"
    r"|natel|whatsapp|komórk\w*|komork\w*|sms|fax|(?:call|ring|text|phone|reach) (?:me|us)|rückruf|durchwahl|hotline"
    r"|(?:rufnummer|phone number|numéro|número|numero|numer|číslo|nummer)(?: (?:de|do|di) \w+)?)"
    r"(?:[ -](?:numbers?|nummer|nr|no|number's))?\.?(?:\s*[:=]|(?:\s+(?:is|ist|lautet|on|at|unter|es|é|est|er|je"
    r"|to|under|by|mobil|number|nummer)\b)*)\s*[:=]?\s*"
    r"(?P<number>[+(\d](?:[ \u00a0()/.-]{0,3}\d){6,14})(?!\d)",
    re.IGNORECASE,
)


def phone_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of telephone numbers."""
    runs = list(_RUN.finditer(text))
    dates = [found.span() for found in DATE.finditer(text)] if runs else []
    if any(not _is_date(run.start(), run.end(), dates, whole=True) for run in runs):
        for found in _CALLED.finditer(text):
            start, end = found.span("number")
            if not _is_date(start, end, dates) and _is_valid(found["number"]):
                yield start, end, "phone"
        yield from _of_a_plan(text, dates)


def _is_date(start: int, end: int, dates: list[tuple[int, int]], whole: bool = False) -> bool:
    """Whether a date lies in the run of digits; with `whole`, whether the run is nothing else."""
    if whole:
        return any(first <= start and end <= last for first, last in dates)
    return any(first < end and start < last for first, last in dates)


def _is_valid(number: str) -> bool:
    """Whether a number of digits is one of a country's plan."""
    for plan in (None,) if number.startswith("+") else MORE_PLANS:
        try:
            if is_valid_number(parse(number, plan)):
                return True
        except NumberParseException:
            continue
    return False


def _of_a_plan(text: str, dates: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    for plan in PLANS:
        leniency = Leniency.STRICT_GROUPING if plan == "US" else Leniency.VALID
        for match in PhoneNumberMatcher(text, plan, leniency):
            written = match.raw_string
            if written.lstrip("(").startswith(("+", "0")) or re.search(r"\d[ ).-]+\d", written):
                certain = written.startswith("+") or not is_other_number(text, match.start)
                if certain and not _is_date(match.start, match.end, dates):
                    yield match.start, match.end, "phone"
