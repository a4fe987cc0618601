"""Addresses on the internet, IPv4 and IPv6."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from .number_context import is_other_number

_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){0,6}(?![\w:])"
    r"|(?<![\w:.])[0-9a-f]{3,4}::(?:[0-9a-f]{1,4}:?){1,6}(?![\w:])",
    re.IGNORECASE,
)
_SAID_IP = re.compile(r"\bip(?:v[46])?\b", re.IGNORECASE)
_NO_ONES = frozenset(
    ("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "255.255.255.0")
)  # public name servers, a mask
_DOTTED = re.compile(r"\d\.\d{1,3}\.\d")


def ip_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of internet addresses."""
    if _DOTTED.search(text):
        for found in _IPV4.finditer(text):
            if _is_ipv4(text, found):
                yield *found.span(), "IP address"
    if "::" in text or text.count(":") >= 7:
        for found in _IPV6.finditer(text):
            if _is_ipv6(found[0]):
                yield *found.span(), "IP address"


def _is_ipv4(text: str, found: re.Match) -> bool:
    """Whether four numbers are the address of someone outside: a version has small ones, and a home network its own."""
    try:
        address = IPv4Address(found[0])
    except AddressValueError:
        return False
    at_home = address.is_private and not str(address).startswith(("192.0.2.", "198.51.100.", "203.0.113."))
    if at_home or address.is_loopback or address.is_multicast or address.is_reserved or found[0] in _NO_ONES:
        return False
    said = _SAID_IP.search(text, max(0, found.start() - 30), found.start())
    return bool(said) or (max(address.packed) >= 64 and not is_other_number(text, found.start()))


def _is_ipv6(written: str) -> bool:
    try:
        address = IPv6Address(written)
    except AddressValueError:
        return False
    return address.is_global or written.lower().startswith("2001:db8")
