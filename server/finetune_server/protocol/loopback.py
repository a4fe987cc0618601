"""The names by which a machine reaches itself."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
