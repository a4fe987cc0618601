"""Secrets: keys by the shape that their makers give them, and what stands after "password"."""

import re
from collections.abc import Iterator

from .mentions import has_word, mentions

_KEYS = re.compile(
    r"(?<!\w)(?:sk-(?:[a-z]+-)?[\w-]{20,}|sk_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_\w{30,}"
    r"|xox[abprs]-[\w-]{10,}|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{35}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))"
)
_KEY_STARTS = tuple("sk- sk_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- hf_ xox akia asia aiza eyj -----begin".split())
_PARTS = (
    "passw",
    "kennwort",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "zugangscode",
    "credential",
    "apikey",
)
_PLACES = (
    "wlan",
    "wi-fi",
    "wifi",
    "network",
    "netzwerk",
    "door",
    "entry",
    "alarm",
    "gate",
    "türcode",
    "tür-code",
    "torcode",
    "tor-code",
)
_WORDS = frozenset(("pin", "tan", "otp", "pw", "pass", "key"))
_SAID = re.compile(
    r"\b(?:password|passwort|kennwort|passwd|pwd|pw|pin|tan|otp|passcode|api[ _-]?key|secret|access[ _-]?token"
    r"|zugangscode|(?:wlan|wi-?fi|network|netzwerk)[ -]?(?:schlüssel|passwort|code|key)"
    r"|(?:door|entry|alarm|gate)[ -]?code|t[üo]r-?code)"
    r"(?:\s*[:=]\s*|\s+(?:is|ist|lautet)(?:\s*:)?\s*)[\"'„“]?(?P<secret>(?=\S*\d)[^\s\"'“”,;]{4,})",
    re.IGNORECASE,
)
_FIELD = re.compile(  # of JSON, YAML, a .env file or a script; a quotation mark in JSON inside JSON has a backslash
    r"(?:password|passwort|kennwort|passwd|passphrase|pwd|(?<![a-z])pin|api[_-]?key|secret(?:[_-]?access)?(?:[_-]?key)?"
    r"|(?:access|auth|refresh|bearer|session|id)[_-]?token|(?<![a-z])token|private[_-]?key|credentials?)"
    r"\\?[\"']?\s*[:=]\s*(?P<quote>\\?[\"'])(?P<secret>[^\s\"'\\]{4,})(?P=quote)",
    re.IGNORECASE,
)
_SETTING = re.compile(  # without quotation marks: of an address, YAML, a .env file
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key)(?:[_-]?(?:access|key|id|value)){0,3}"
    r"(?:=|:[ ]?)(?P<secret>(?=[^\s&;,\"'<>]*\d)(?=[^\s&;,\"'<>]*[a-z])[^\s&;,\"'<>]{6,})",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"<(?P<name>\w*(?:password|passwort|pwd|pin|token|api_?key|secret))>(?P<secret>[^<>\s]{4,})</(?P=name)>",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"(?<!\w)--?(?:password|pass|token|api-key|secret)\s(?P<secret>(?=\S*\d)[^\s\"']{4,})", re.IGNORECASE
)
_NUMBER = re.compile(r"\b(?:PIN|TAN)\s(?P<secret>\d{4,8})\b")
_HEADER = re.compile(r"\b(?:Bearer|Basic)\s+(?P<secret>(?=\S*\d)[\w.~+/=-]{12,})", re.IGNORECASE)
_IN_URL = re.compile(r"://[^\s:/@]*:(?P<secret>[^\s:/@\[\]]{3,})@")


def secrets(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of secrets."""
    if mentions(text, _KEY_STARTS):
        for found in _KEYS.finditer(text):
            yield *found.span(), "secret"
    if mentions(text, (*_PARTS, *_PLACES)) or has_word(text, _WORDS):
        for pattern in (_SAID, _SETTING, _ELEMENT, _ARGUMENT, _NUMBER):
            for found in pattern.finditer(text):
                yield *found.span("secret"), "secret"
        for found in _FIELD.finditer(text):
            if _is_value(found["secret"]):
                yield *found.span("secret"), "secret"
    for part, pattern in (("bearer", _HEADER), ("basic ", _HEADER), ("://", _IN_URL)):
        for found in pattern.finditer(text) if mentions(text, (part,)) else ():
            yield *found.span("secret"), "secret"


def _is_value(said: str) -> bool:
    """Whether a quoted word is a secret, not its description: it has a digit, or is long with a capital inside."""
    return any(char.isdigit() for char in said) or (len(said) >= 8 and said[1:] != said[1:].lower())
