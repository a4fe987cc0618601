"""Numbers of accounts and of payment cards, told by their checksums."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from .number_context import is_other_number

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
_MAYBE_IBAN = re.compile(r"\d\d(?<=[A-Za-z]{2}..)")  # begins with a digit, so that it is quick
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:[ .-]?\d){8,15}(?![\w])")
_DIGIT, MIN_CARD_DIGITS = re.compile(r"\d"), 12
# Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro, Mir, RuPay. Source: ISO/IEC 7812, issuers' ranges.
# Maestro's numbers of less than 16 digits need a word before them: one in ten article numbers would pass for one.
_CARD_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[0-9]|[3-7]\d)\d{13}|3[47]\d{13}|3(?:0[0-5]|09|[689]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12,15}|6(?:011|4\d\d|5\d\d)\d{12}|62\d{14,17}|(?:5[0678]\d\d|6[03-9]\d\d)\d{12,15}|8[12]\d{14}"
)
_CARD_WORD = re.compile(
    r"(?<!\w)(?<!sim )(?<!gift )(?:(?:credit|debit|bank|giro|kredit)?[ -]?(?:card|karten?)|cc|maestro|visa|amex)"
    r"[^\w\d]*(?:(?:number|no|nummer|nr|is|ist|lautet|ending)\W+)*$",
    re.IGNORECASE,
)


def bank_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of account and card numbers."""
    for found in _IBAN.finditer(text) if _MAYBE_IBAN.search(text) else ():
        if end := _iban_end(found[0]):
            yield found.start(), found.start() + end, "IBAN"
    for found in _CARD.finditer(text) if len(_DIGIT.findall(text)) >= MIN_CARD_DIGITS else ():
        digits = re.sub(r"\D", "", found[0])
        said = _CARD_WORD.search(text, max(0, found.start() - 30), found.start())
        is_card = said or (_CARD_ISSUER.fullmatch(digits) and not is_other_number(text, found.start()))
        if is_card and luhn.is_valid(digits):
            yield *found.span(), "card number"


def _iban_end(run: str) -> int:
    """The length of the IBAN that the run begins with, 0 if none: each country has one length, so at most one fits."""
    ends = (n for n in range(15, len(run) + 1) if n == len(run) or not run[n].isalnum())
    return next((n for n in ends if iban.is_valid(run[:n].replace(".", ""), check_country=False)), 0)
