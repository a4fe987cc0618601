"""Postal addresses."""

from collections.abc import Iterator

from .english_addresses import english_addresses
from .german_addresses import german_addresses
from .romance_addresses import romance_addresses


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of postal addresses, the longest first."""
    found = [*german_addresses(text), *english_addresses(text), *romance_addresses(text)]
    for start, end in sorted(found, key=lambda span: span[0] - span[1]):
        yield start, end, "address"
