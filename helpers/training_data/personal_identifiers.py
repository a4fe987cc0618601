"""E-mail addresses, numbers of papers and number plates.

Most of them look like other numbers, so that a word before them must say what they are.
"""

import re
from collections.abc import Iterator

from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.us import ssn

from .mentions import has_word, mentions
from .number_context import is_other_number

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s?[(\[](?:at|ät)[)\]]\s?)[\w-]+(?:\.[\w-]+)*"
    r"(?:\.|\s?[(\[](?:dot|punkt)[)\]]\s?)[^\W\d_]{2,}",
    re.IGNORECASE,
)
_BETWEEN = r"(?i:\W+(?:is|ist|lautet|mit|dem|das|with|the|number|plate|kennzeichen|reg))*[^\w\n]+"
_PLATES = (
    re.compile(  # of any country, as these words stand before nothing else
        r"(?<!\w)(?i:kennzeichen|nummernschild|(?:number|licen[cs]e) ?plates?(?: number)?)(?!\w)"
        + _BETWEEN
        + r"(?P<plate>(?=[A-ZÄÖÜ -]*\d)(?=[\d -]*[A-ZÄÖÜ])(?:[A-ZÄÖÜ\d][ -]?){4,8}(?<![ -]))(?![\w-])"
    ),
    re.compile(
        r"(?<!\w)(?i:kennzeichen|nummernschild|(?:number|licen[cs]e|reg(?:istration)?) ?plates?(?: number)?"
        r"|plates?|car reg"
        r"|registration(?: number)?)(?!\w)" + _BETWEEN + r"(?P<plate>[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?"
        r"|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]\d{1,3} ?[A-Z]{3}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{2,4}[ -][A-Z0-9]{2,4})(?!\w)"
    ),
    re.compile(  # these words stand before models, too, so that the shape must be clearer
        r"(?<!\w)(?i:kfz|fahrzeug|auto|pkw|wagen|car|van|vehicle)(?!\w)"
        + _BETWEEN
        + r"(?P<plate>[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|[A-Z]{2}\d{2} ?[A-Z]{3})(?!\w)"
    ),
)
_PAPER = re.compile(
    r"(?<!\w)(?i:(?P<what>ssn|social security(?: (?:number|no\.?))?|passport|national insurance|nhs|nino|identity "
    r"card|id card|identification"
    r"|(?:driving|driver'?s?) licen[cs]e|tax(?:payer)? id(?:entification)?|green card|national id|health "
    r"insurance|medicare"
    r"|steuer-?(?:id(?:entifikations)?|identifikations)|steuer-?nummer|idnr|(?:personal)?ausweis|reisepass|führerschein"
    r"|(?:sozial|renten|kranken)?versicherten|(?:sozial|renten|kranken)versicherungs|ahv|svnr|personal-?id"
    r"|aufenthaltstitel|krankenkassen))"
    r"(?i:[ -]?(?:numbers?|nummer|nr\.?|no\.?|id|#))*(?i:\W{1,3}(?:is|ist|lautet|my|meine|die|the))*[:#\s]*\s?"
    r"(?P<number>(?=[A-Z]*[ -]?[A-Z]*\d)[A-Z0-9](?:[ ./-]?[A-Z0-9]){4,17})(?![\w])"
)
_PAPERS = (  # parts of words, in lower case
    *(
        "ssn",
        "social sec",
        "passport",
        "insurance",
        "nhs",
        "nino",
        "identi",
        " id",
        "licen",
        "tax",
        "green card",
        "ahv",
    ),
    *("medicare", "ausweis", "steuer", "idnr", "reisepass", "führerschein", "versicher", "svnr", "personal-id"),
    *("personalid", "aufenthalt", "krankenkassen"),
)
_CARS = frozenset(
    "kennzeichen nummernschild plate plates registration reg kfz fahrzeug auto pkw wagen car van vehicle".split()
)
_SHAPES = (
    (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ssn.is_valid),
    (re.compile(r"(?<![\w.])756\.\d{4}\.\d{4}\.\d{2}(?!\w)"), ahv.is_valid),
    (
        re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"),
        bool,
    ),  # British National Insurance has no checksum
    (re.compile(r"(?<![\w.,])\d{2} \d{3} \d{3} \d{3}(?![\w])"), idnr.is_valid),
)
# begins with a digit, so that it is quick
_SIX_DIGITS = re.compile(r"\d(?:[ .-]?\d){5}")


def emails(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of e-mail addresses."""
    for found in _EMAIL.finditer(text) if mentions(text, ("@", "at)", "at]", "ät)", "ät]")) else ():
        yield *found.span(), "e-mail"


def identifiers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of what else belongs to one person: papers, cars."""
    if mentions(text, _PAPERS):
        for found in _PAPER.finditer(text):
            yield *found.span("number"), "ID number"
    for pattern, is_valid in _SHAPES if _SIX_DIGITS.search(text) else ():
        for found in pattern.finditer(text):
            if is_valid(found[0]) and not is_other_number(text, found.start()):
                yield *found.span(), "ID number"
    if has_word(text, _CARS):
        for pattern in _PLATES:
            for found in pattern.finditer(text):
                yield *found.span("plate"), "licence plate"
