"""A number with its noun."""


def plural(n: float, noun: str) -> str:
    """The number and the noun: "1 finding", "2 findings", "1,000 findings". `noun` is one that takes an s."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
