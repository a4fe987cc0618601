"""Which addresses webhooks may have.

A server that calls whatever address a client names could be made to ask, from inside, what the client cannot reach
(server-side request forgery). So it calls the hosts that whoever started it has named, and no others. Without a token
only this machine's programs reach the server, and it may call them.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from ..protocol.loopback import LOOPBACK


class BadAddress(ValueError):
    """No webhook may have this address; the message says why."""


def check_address(url: str, hosts: Collection[str]) -> None:
    """Raise BadAddress unless this server may call an address; `hosts` are those that it may call."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"{url[:100]!r} is not an address.") from None
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddress(f"{url[:100]!r} is not an address that begins with https:// or http://.")
    if parts.username is not None or parts.fragment:
        raise BadAddress("The address must have no user, no password and no part behind '#'.")
    if host not in hosts:
        called = f"calls only {', '.join(sorted(hosts))}" if hosts else "calls nobody"
        raise BadAddress(f"This server {called}: to let it call {host}, start it with --webhook-host {host}.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadAddress(f"Others could read what is sent to {host}: give an address that begins with https://.")
