"""Damaged texts: read in a wrong encoding, or with the marks of a chat format in them."""

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
# What separates the messages that a model reads: of OpenAI (<|im_start|>, <|fim_suffix|>), Llama, Gemma, DeepSeek.
_CONTROL_TOKEN = re.compile(
    r"<\|[A-Za-z0-9_-]{1,40}\|>|<｜[^｜<>]{1,40}｜>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>|</s>\s*\Z"
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


def control_tokens(text: str) -> list[str]:
    """The control tokens of chat formats whose texts are in it, each once."""
    found = _CONTROL_TOKEN.findall(text) if "<" in text or "INST]" in text else ()
    return list(dict.fromkeys(token.strip() for token in found))
