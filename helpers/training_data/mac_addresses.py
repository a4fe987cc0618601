"""Addresses of network cards, by which a device is known: 3c:22:fb:4a:0d:91, 3C-22-FB-4A-0D-91, 3c22.fb4a.0d91."""

import re
from collections.abc import Iterator

_PAIR, _FOUR = "[0-9a-f]{2}", "[0-9a-f]{4}"
_MAC = re.compile(
    rf"(?<![\w:.-])(?:{_PAIR}(?P<sign>[:-])(?:{_PAIR}(?P=sign)){{4}}{_PAIR}|{_FOUR}\.{_FOUR}\.{_FOUR})(?![\w:-]|\.\w)",
    re.IGNORECASE,
)
_SAID = re.compile(r"(?<![^\W_])mac(?![^\W_])|wlan|wi-?fi|ethernet|bluetooth|physi", re.IGNORECASE)
_NO_ONES = frozenset(("000000000000", "ffffffffffff"))


def mac_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind; without a word before it, one of digits only is another number."""
    for found in _MAC.finditer(text):
        digits = re.sub("[^0-9a-f]", "", found[0].lower())
        is_clear = not digits.isdecimal() or _SAID.search(text, max(0, found.start() - 40), found.start())
        if is_clear and digits not in _NO_ONES:
            yield *found.span(), "MAC address"
