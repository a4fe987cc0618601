"""Words that tell people from companies, places and things."""

from functools import cache
from pathlib import Path


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list in this folder, without its comments."""
    return frozenset(word for line in line_list(name) for word in line.split())


@cache
def line_list(name: str) -> frozenset[str]:
    """The lines of a list in this folder, without its comments."""
    lines = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
