"""Which packages are needed, and which of them are not here in a version that is allowed."""

from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from .paths import ROOT

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def named_in(file: str) -> "list[Requirement]":
    """What a requirements file of the course names. Raises ImportError if `packaging`, which reads it, is missing."""
    from packaging.requirements import Requirement

    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line]


def needed_by(distribution: str, extra: str) -> "list[Requirement]":
    """What an installed distribution needs with one of its extras. Raises PackageNotFoundError."""
    from packaging.requirements import Requirement

    named = [Requirement(line) for line in requires(distribution) or []]
    return [r for r in named if not r.marker or r.marker.evaluate({"extra": extra})]


def lacking_here(requirements: "list[Requirement]") -> dict[str, str]:
    """The packages that are missing, or here in a version that is not allowed: name → what is wrong."""
    lacking = {}
    for wanted in requirements:
        try:
            if not wanted.specifier.contains(found := version(wanted.name), prereleases=True):
                lacking[wanted.name] = f"{wanted.name} is {found}, not {wanted.specifier}"
        except PackageNotFoundError:
            lacking[wanted.name] = f"{wanted.name} is missing"
    return lacking
