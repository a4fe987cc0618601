"""Refuse every connection but loopback, in this process and in every kernel it starts.

Python imports a module of this name at start-up when its folder is on PYTHONPATH.
"""

import ipaddress
import socket

_connect, _getaddrinfo = socket.socket.connect, socket.getaddrinfo


def _is_loopback(host) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise ConnectionRefusedError(f"tests have no network: {address[0]}")
    return _connect(self, address)


def getaddrinfo(host, *arguments, **named):
    if not _is_loopback(host):
        raise socket.gaierror(f"tests have no network: {host}")
    return _getaddrinfo(host, *arguments, **named)


socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
