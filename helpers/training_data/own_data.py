"""The company's own names, addresses and numbers, which are not personal data of its customers."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


class OwnData:
    """Whether a text is one of the company's own, however it is written."""

    def __init__(self, own: Iterable[str]):
        self._texts = [_words(text) for text in own if _words(text).strip()]
        self._numbers = [digits for text in own if len(digits := _digits(text)) >= 6]
        self._domains = tuple(
            text.strip().lower().lstrip("@") for text in own if "." in text and " " not in text.strip()
        )

    def __call__(self, kind: str, text: str) -> bool:
        """Whether it is in one of the own texts; of numbers, the digits count, of an e-mail address its domain."""
        if kind == "e-mail" and text.lower().rpartition("@")[2] in self._domains:
            return True
        if any(_words(text) in own for own in self._texts):
            return True
        digits = _digits(text)
        return (
            kind in ("phone", "IBAN")
            and len(digits) >= 6
            and any(digits.endswith(own) or own.endswith(digits) for own in self._numbers)
        )


def _words(text: str) -> str:
    """The words of a text in lower case, between spaces, so that one text can be looked for in another."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _digits(text: str) -> str:
    """The digits of a number without the zeros before it, which a country's code replaces."""
    return re.sub(r"\D", "", text.replace("(0)", "")).lstrip("0")
