"""Dates of birth, in digits and in words, where a word or a star says that somebody was born."""

import re
from collections.abc import Iterator

from .mentions import has_word

_MONTH = (
    r"(?:Jan(?:uary|uar)?|Jän(?:ner)?|Feb(?:ruary|ruar)?|Mar(?:ch)?|März|Mrz|Apr(?:il)?|Ma[iy]|Jun[ei]?|Jul[yi]?"
    r"|Aug(?:ust)?|Sep(?:t(?:ember)?)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?"
    r"|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre)\.?"
)
_ORDINAL = (
    r"(?:(?:twenty-|thirty-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
    r"|[^\W\d_]*(?:ersten?|zweiten?|dritten?|vierten?|fünften?|sechsten?|sieb(?:en)?ten?|achten?|neunten?|zehnten?"
    r"|elften?|zwölften?|zwanzigsten?|dreißigsten?))"
)
_YEAR = (
    r"(?:\d{4}|(?:nineteen|twenty)(?:[ -](?:hundred|oh|and|[a-z]*(?:teen|ty|en|elve|one|two|three|four|five|six|seven"
    r"|eight|nine))){1,3}|two thousand(?:(?: and)?(?: [a-z]+){1,2}(?!\w))?|(?:neunzehnhundert|zweitausend)[a-zäöüß]*)"
)
_DAY = (
    rf"(?:\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th|er|\.)? ?(?:of "
    rf")?{_MONTH},? \d{{2,4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_ORDINAL} (?:of )?{_MONTH},? {_YEAR})"
)
_WHOSE = r"(?:\W+(?:of|my|his|her|meine[rs]?|seine[rs]?|ihre[rs]?|unsere[rs]?|de[rs]|vo[nm])\W+[^\W\d_]+){0,2}"
_BORN = re.compile(
    r"(?<!\w)(?:(?:date of birth|birth ?da(?:te|y)|date de naissance|d\.?o\.?b\.?"
    r"|geburts(?:datum|tag))(?!\w)(?: ?\([^()\n]{1,20}\))?"
    rf"{_WHOSE}|(?:born|geb(?:oren|\.)?|né(?:e|\(e\)|·e)?)(?!\w)(?: in [^\W\d_]+)?)[^\w\n]*"
    rf"(?:(?:is|was|am|on|ist|der|the|wurde|ich|bin|in|lautet|le)\W+)*(?P<day>{_DAY})(?!\d)",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    rf"(?<!\w)am (?P<day>{_DAY})(?: in [^\W\d_]+)? (?:geboren|zur Welt gekommen)(?!\w)", re.IGNORECASE
)
# "Kim Blank, * 12.03.1979", but no star that begins a line, as those of a list do
_STAR = re.compile(rf"(?:(?<=[^\W\d_] )|(?<=[,;] )|(?<=\())\*[ ]?(?P<day>{_DAY})(?![\d*])", re.IGNORECASE)
_WORDS = frozenset(
    "birth birthday birthdate born dob d né née geboren geb geburtsdatum geburtstag welt naissance".split()
)


def birth_dates(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of dates of birth."""
    for pattern in (_BORN, _DAY_BEFORE) if has_word(text, _WORDS) else ():
        for found in pattern.finditer(text):
            yield *found.span("day"), "date of birth"
    for found in _STAR.finditer(text) if "*" in text else ():
        yield *found.span("day"), "date of birth"
