"""What a message says without its greeting, its signature and the mail that it quotes. Rules for English and German."""

import re

_GREETING = (
    r"(?i:good (?:morning|afternoon|evening|day)|hello|hi|hey|dear|guten (?:tag|morgen|abend)|hallo|moin(?: moin)?"
    r"|servus|grüezi|grüß gott|liebe[rs]?|sehr geehrte[rs]?|werte[rs]?)\b"
)
_ADDRESSED = (
    r"(?i:there|all|team|everyone|everybody|dear|sir|madam|mrs?|ms|dr|support|zusammen|liebe[rs]?|damen|herren|frau"
    r"|herrn?|ihr|alle|kundendienst|kundenservice)\b\.?"
)
_NAME = r"[^\W\d_a-z][\w'’-]*"
_ADDRESSES = rf"(?:,? {_ADDRESSED}| (?:(?i:and|or|und) )?(?:{_ADDRESSED}|{_NAME}))"
GREETING = re.compile(rf"\W*(?:{_GREETING}(?:{_ADDRESSES}{{1,5}}(?=[,!.:\n])|(?:,? {_ADDRESSED})*)[\s,!.:–-]*){{1,2}}")
_CLOSING = (
    r"(?i:(?:with )?(?:kind(?:est)?|best|warm|many) (?:regards|wishes|greetings|thanks)(?: in advance)?|regards|cheers"
    r"|best|thanks(?: a lot| so much| again| in advance)?|thank you(?: very much| so much| in advance)?"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|yours"
    r"|mit (?:freundlich|best|lieb|herzlich)e[nm] gr(?:ü|ue)(?:ß|ss)en?|gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)"
    r"|(?:viele|liebe|beste|schöne|freundliche|herzliche)n? gr(?:ü|ue)(?:ß|ss)e?|mfg|lg|vg"
    r"|(?:vielen|besten|herzlichen|lieben) dank(?: im voraus| vorab)?|danke(?: schön| im voraus| vorab)?)\b"
)
_NAMES = rf"[ \t,.!]*(?:{_NAME}[ \t,.]*){{0,5}}"
SIGNATURES = (
    re.compile(rf"(?:^|(?<=[.?!,…])[ \t]|\n)\s*{_CLOSING}{_NAMES}\Z"),  # "Viele Grüße, Jana" at the end of a line
    re.compile(rf"\n\s*{_CLOSING}[ \t,.!]*\n\s*(?:{_CLOSING}[ \t,.!]*\n\s*)?{_NAMES}(?:\n[^?]*)?\Z"),
    re.compile(r"\n--[ \t]*\n[\s\S]*\Z"),
    re.compile(r"\n\s*(?i:sent from my|get outlook for|von meinem|gesendet (?:von|mit))\b[^\n]*\Z"),
)
MAX_SIGNATURE_CHARACTERS = 600  # characters: what stands before them is not searched
QUOTE = re.compile(
    r"^(?:(?:On|Am)\b[^\n]{3,150}(?:wrote|schrieb)\b[^\n]*:\s*$|-{2,}\s*(?i:original message|ursprüngliche nachricht)"
    r"|(?:From|Von): [^\n]*\n(?:Sent|Date|To|Gesendet|Datum|An): )[\s\S]*",
    re.MULTILINE,
)
QUOTED_LINES = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


def core(text: str) -> str:
    """The text without greeting, signature and quote; where nothing else is said, the text as it is."""
    said = text
    if "\n" in said:
        said = QUOTED_LINES.sub("", QUOTE.sub("", said))
    said = GREETING.sub("", said.strip(), count=1) if GREETING.match(said.strip()) else said.strip()
    for signature in SIGNATURES:
        start = max(0, len(said) - MAX_SIGNATURE_CHARACTERS)
        said = said[:start] + signature.sub("", said[start:]).rstrip()
    return said if re.search(r"[^\W_]", said) else text
