"""Damaged texts: read in a wrong encoding, or cut off."""

import re


def _in_cp1252(byte: int) -> str:
    """A byte in Windows-1252; the five that it does not define become control characters, as programs do it."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


# UTF-8 that was read as Windows-1252: "Ã¼" for "ü", "â€™" for "’", "ðŸ˜€" for a smiley; or as Mac Roman: "√º".
_NEXT = "[" + re.escape("".join(sorted({_in_cp1252(byte) for byte in range(0x80, 0xC0)}))) + "]"
MOJIBAKE = re.compile(f"[ÂÃ]{_NEXT}|â{_NEXT}{{2}}|ð{_NEXT}{{3}}|ï»¿|√[§∂ºüÑñ]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff\ufffd\ud800-\udfff]")
NAMES = {"\ufffd": "a replacement character, where a letter was lost", "\x00": "a NUL", "\ufeff": "a byte order mark"}

_OPEN = frozenset(
    "a an the and or but of to with for your our my is are if because that please "
    "und oder aber der die das dem den des ein eine einen einem einer mit für von zu zum zur ihr ihre ihren "
    "ist sind wenn weil dass bitte".split()
)  # no answer ends with one of these
_CLOSING = re.compile(
    r"regards|wishes|sincerely|thanks|cheers|team|yours|grüße|grüßen|gruß|dank|kundendienst|support|https?:", re.I
)


def encoding_damage(text: str) -> str:
    """What a wrong encoding did to the text, in a sentence; "" if nothing."""
    if text.isascii() and text.isprintable():
        return ""
    if not text.isascii() and (found := MOJIBAKE.search(text)):
        start = max(0, found.start() - 10)
        return f"{text[start : found.end() + 10]!r} was read in a wrong encoding"
    if found := CONTROL.search(text):
        char = found[0]
        lone = "half a character" if "\ud800" <= char <= "\udfff" else f"the control character U+{ord(char):04X}"
        return f"{NAMES.get(char, lone)}, at character {found.start() + 1}"
    return ""


def cut_off(text: str) -> bool:
    """Whether an answer seems to stop before its end. A rule of thumb for German and English."""
    answer = text.rstrip()
    if "```" in answer and answer.count("```") % 2:
        return True
    if not answer or answer[-1] in ".!?":
        return False
    line = answer[-400:].splitlines()[-1]
    if line[-1] in ",;:([{„‚–—-" or line.split()[-1].lower() in _OPEN:
        return True
    sentences = re.split(r"[.!?] ", line)  # the last one may be a fragment
    return (
        len(sentences) > 1
        and line[-1].isalnum()
        and len(sentences[-1].split()) > 2
        and not _CLOSING.search(sentences[-1])
    )
