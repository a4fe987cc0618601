"""British and American addresses: a street with its number, a box, a postcode, a state with its ZIP code."""

import re
from collections.abc import Iterator

from .address_cues import SEP, is_said
from .letters import SPACE, UPPER, WORD
from .mentions import mentions

_STREET_EN = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Boulevard|Blvd|Terrace|Crescent|Highway|Hwy|Parkway|Pkwy|Mews|Grove"
    r"|Gardens|Close)"
)
_MAYBE_EN = (
    r"(?:Drive|Dr|Way|Court|Ct|Place|Pl|Square|Sq|Hill|Row|Walk|Park|Parade|Circle|Cir|Trail|Green|View|Rise"
    r"|Wharf|Quay|Maltings|Yard|Broadway|Loop|Path|Ridge|Heights)"
)
_STATES = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]"
)
_AREAS = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]"
    "|L[ADELNSU]?|M[EKL]?"
    "|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_POSTCODE = rf"(?:{_AREAS})\d[A-Z\d]?{SPACE}\d[ABD-HJLNP-UW-Z]{{2}}"
_CAPITALS = rf"(?:{WORD}(?:['’]s)?|[NSEW]{{1,2}}\.?|\d+(?:st|nd|rd|th)|St\.)"
_UNIT = rf"(?:(?:Flat|Apartment|Apt\.?|Unit|Suite|Ste\.?|Room|Floor|Building|#){SPACE}?#?[\dA-Z]{{1,5}})"
_EN_TAIL = (
    rf"(?:{SPACE}(?:N|S|E|W|NE|NW|SE|SW)(?!\w))?(?:{SEP}{_UNIT})?"
    rf"(?P<town>(?:{SEP}{WORD}(?:{SPACE}{WORD}){{0,2}}){{0,3}}?{SEP}(?:(?:{_STATES}){SPACE}\d{{5}}(?:-\d{{4}})?"
    rf"|{_POSTCODE})(?!\w)|,{SPACE}{WORD}(?=\W*(?:$|\n)|[.;]| (?:last|in|on|since|and)\b))?"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,$£€-])(?:{_UNIT},?{SPACE})?\d{{1,5}}[A-Za-z]?(?:[-–]\d{{1,4}})?{SPACE}(?P<name>{_CAPITALS}"
    rf"(?:{SPACE}{_CAPITALS}){{0,3}}?){SPACE}"
    rf"(?:(?P<sure>{_STREET_EN})|{_MAYBE_EN})(?![\w-])\.?{_EN_TAIL}"
)
_CHUNK = rf"(?:\d{{1,4}}[A-Za-z]?{SPACE})?(?:The{SPACE})?{_CAPITALS}(?:{SPACE}{_CAPITALS}){{0,3}}"
_CODE = re.compile(rf"(?<!\w)(?:{_POSTCODE}|(?:{_STATES}){SPACE}\d{{5}}(?:-\d{{4}})?)(?!\w)")
_BEFORE_CODE = re.compile(rf"(?<!\w)(?:{_UNIT}{SEP})?{_CHUNK}{SEP}(?:(?:{_UNIT}|{_CHUNK}){SEP}){{0,3}}$")
_BOX = re.compile(
    rf"(?<!\w)(?i:P\.? ?O\.? ?Box){SPACE}\d+(?:{SEP}{WORD}(?:{SPACE}{WORD})?)?"
    rf"(?:{SEP}[A-Z]{{2}}{SPACE}\d{{5}}(?:-\d{{4}})?|{SEP}{_POSTCODE})?(?!\w)"
)
# begin with what is rare, so that they are quick
_NUMBER_AND_CAPITAL = re.compile(rf"\d[A-Za-z]?{SPACE}[{UPPER}\d]")
_LIKE_A_CODE = re.compile(rf"[A-Z\d]{SPACE}\d(?:\d{{4}}|[A-Z]{{2}})")


def english_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of addresses, which may overlap."""
    if _NUMBER_AND_CAPITAL.search(text):
        for found in _ENGLISH.finditer(text):
            if found["sure"] or found["town"] or is_said(text, found.start()):
                yield found.span()
    if _LIKE_A_CODE.search(text):
        for found in _CODE.finditer(text):
            before = _BEFORE_CODE.search(text, max(0, found.start() - 100), found.start())
            if (
                before or found[0][2] not in SPACE
            ):  # two letters and a number alone are not an address: a state needs its town
                yield before.start() if before else found.start(), found.end()
    if mentions(text, ("box",)):
        yield from (box.span() for box in _BOX.finditer(text))
