"""Texts that were harmed on their way: by a wrong encoding, or cut off."""

import re


def _shown(byte: int) -> str:
    """How Windows-1252 shows a byte; it leaves five out, which programs pass through."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


# UTF-8 that was read as Windows-1252: "Ã¼" for "ü", "â€™" for "’", "ðŸ˜€" for a smiley; or as Mac Roman: "√º".
_NEXT = "[" + re.escape("".join(sorted({_shown(byte) for byte in range(0x80, 0xC0)}))) + "]"
MOJIBAKE = re.compile(f"[ÂÃ]{_NEXT}|â{_NEXT}{{2}}|ð{_NEXT}{{3}}|ï»¿|√[§∂ºüÑñ]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff\ufffd\ud800-\udfff]")
NAMES = {"\ufffd": "a replacement character, where a letter was lost", "\x00": "a NUL", "\ufeff": "a byte order mark"}

_OPEN = frozenset(
    "a an the and or but of to with for your our my is are if because that please "
    "und oder aber der die das dem den des ein eine einen einem einer mit für von zu zum zur ihr ihre ihren "
    "ist sind wenn weil dass bitte".split()
)  # words that no answer ends with
_CLOSING = re.compile(
    r"regards|wishes|sincerely|thanks|cheers|team|yours|grüße|grüßen|gruß|dank|kundendienst|support|https?:", re.I
)


def encoding_damage(text: str) -> str:
    """What a wrong encoding did to the text, in words; empty if nothing."""
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
    """Whether an answer seems to stop before its end."""
    said = text.rstrip()
    if "```" in said and said.count("```") % 2:
        return True
    if not said or said[-1] in ".!?":
        return False
    line = said[-400:].splitlines()[-1]
    if line[-1] in ",;:([{„‚–—-" or line.split()[-1].lower() in _OPEN:
        return True
    sentences = re.split(r"[.!?] ", line)  # whole ones, and then a piece of one
    return (
        len(sentences) > 1
        and line[-1].isalnum()
        and len(sentences[-1].split()) > 2
        and not _CLOSING.search(sentences[-1])
    )
