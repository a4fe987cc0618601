"""German, Austrian and Swiss addresses: a street with its number, a box, a postcode with its town."""

import re
from collections.abc import Iterator

from .address_cues import SAID_PARTS, SEP, is_said
from .letters import LOWER, SPACE, UPPER, WORD
from .mentions import mentions
from .number_context import is_other_number
from .word_lists import word_list

_TOWN = (
    rf"{WORD}(?:(?:{SPACE}(?:am|an der|im|in der|ob der|bei|vor der|a\.)){{0,1}}{SPACE}{WORD}"
    rf"|{SPACE}\([{UPPER}{LOWER}]+\))?"
)
_ZIP_TOWN = rf"(?:(?:D|A|CH|DE|AT)[ -]{{1,3}})?(?:\d{{5}}|\d{{4}}){SPACE}{_TOWN}"
_HOUSE = rf"\d{{1,4}}{SPACE}?(?:[a-zA-Z](?![\w]))?(?:{SPACE}?[-–/]{SPACE}?\d{{1,3}}[a-z]?)?(?![\w%€$°]|[.,:]\d)"
_DE_TAIL = rf"(?P<town>{SEP}{_ZIP_TOWN})?"
# endings that name streets only, and those that name other things, too
_STREET_DE = r"(?:straße|strasse|str\.|gasse|allee|chaussee|weg|ufer|damm|stieg|twiete|promenade)"
_MAYBE_DE = (
    r"(?:platz|ring|hof|berg|markt|graben|kai|park|wall|tor|pfad|steig|steg|feld|brücke|garten|wiese|hang|höhe"
    r"|zeile|winkel|rain|bogen|leite|kamp)"
)
_GERMAN = re.compile(
    rf"(?<![\w-])(?P<street>(?:{WORD}-)*(?:[{UPPER}][{LOWER}]*)?{_STREET_DE}|{WORD}{SPACE}(?:Straße|Strasse|Str\."
    rf"|Allee|Gasse|Weg|Damm|Ufer|Chaussee|Promenade)"
    rf"|(?:[{UPPER}][{LOWER}]+-)+(?:Straße|Strasse|Str\.|Allee|Gasse|Weg|Damm|Ufer|Platz|Ring)"
    rf"){SPACE}?{_HOUSE}{_DE_TAIL}"
)
# Am Markt 3, Unter den Linden 77, Neumarkt 5: a town or a word such as "Adresse" must say that they are streets
_AM = r"(?:Am|An|Im|In|Auf|Zum|Zur|Unter|Bei|Beim|Hinter|Hinterm|Vor|Vorm|Ober)"
_GERMAN_MAYBE = (
    re.compile(
        rf"(?<![\w-])(?P<street>{_AM}(?:{SPACE}(?:der|den|dem|das"
        rf"|die))?(?:{SPACE}{WORD}){{1,3}}){SPACE}{_HOUSE}{_DE_TAIL}"
    ),
    re.compile(
        rf"(?<![\w-])(?P<street>(?:{WORD}-){{0,2}}[{UPPER}][{LOWER}]*{_MAYBE_DE}"
        rf"|{WORD}{SPACE}(?:Platz|Ring|Hof|Markt|Berg|Graben|Tor|Park)){SPACE}{_HOUSE}{_DE_TAIL}"
    ),
)
_BOX = re.compile(rf"(?<!\w)Postfach{SPACE}\d[\d ]*\d(?:{SEP}{_ZIP_TOWN})?(?!\w)")
_ZIP = re.compile(
    rf"(?<![\w.,:-])(?:(?:D|A|CH)-)?(?P<code>\d{{5}}|\d{{4}}){SPACE}(?P<word>{WORD})(?:{SPACE}\([{UPPER}{LOWER}]+\))?"
)
_AFTER_ZIP = re.compile(
    r"\b(?:aus|nach|in|plz|postleitzahl|ort|standort|wohnort|anschrift|adresse)(?: ist| lautet)?:?\s*$", re.IGNORECASE
)
_POSTCODE = re.compile(rf"\d{{4}}{SPACE}[{UPPER}]")
# begins with what is rare, so that it is quick
_CAPITAL_AND_NUMBER = re.compile(rf"[{UPPER}][{UPPER}{LOWER}'’-]*{SPACE}\d")
_STREETS = (
    "straße",
    "strasse",
    "str.",
    "gasse",
    "allee",
    "haussee",
    "weg",
    "ufer",
    "damm",
    "stieg",
    "twiete",
    "promenade",
    "-platz",
    "-ring",
)
_STREET_AND_NUMBER = re.compile(
    rf"(?:[sS]tra(?:ß|ss)e|[sS]tr\.|[gG]asse|[aA]llee|[cC]haussee|[wW]eg|[uU]fer|[dD]amm|stieg|twiete|[pP]romenade"
    rf"|-Platz|-Ring){SPACE}?\d"
)
_NO_STREETS = re.compile(
    r"(?:Rück|Heim|Hin|Aus|Um|Liefer|Rechts|Bundes|Einbahn|Mittel|Vertriebs|Feld|Schul|Arbeits|Transport"
    r"|Zahlungs)(?:weg|straße|strasse)$|^(?:Weg|Damm)$"
)


def german_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of addresses, which may overlap."""
    if mentions(text, _STREETS) and _STREET_AND_NUMBER.search(text):
        for found in _GERMAN.finditer(text):
            if not _NO_STREETS.search(found["street"]):
                yield found.span()
    has_postcode = bool(_POSTCODE.search(text))
    if (has_postcode or mentions(text, SAID_PARTS)) and _CAPITAL_AND_NUMBER.search(text):
        for pattern in _GERMAN_MAYBE:
            for found in pattern.finditer(text):
                if found["town"] or is_said(text, found.start()):
                    yield found.span()
    if mentions(text, ("postfach",)):
        yield from (box.span() for box in _BOX.finditer(text))
    if has_postcode:
        yield from _postcodes(text)


def _postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Postcodes with a town: a large one, or after a word such as "aus" or "PLZ"."""
    for found in _ZIP.finditer(text):
        code = found["code"]
        said = _AFTER_ZIP.search(text, max(0, found.start() - 30), found.start()) and not code.endswith("00")
        if (code.startswith(("19", "20")) and len(code) == 4) or is_other_number(text, found.start()):  # a year
            continue
        if found["word"] in word_list("places") or (said and len(code) == 5):
            yield found.span()
