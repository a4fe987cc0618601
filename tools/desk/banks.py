"""Reads the hand-written banks, and shares their entries out among training, validation and test."""

import csv
import random
import re
from functools import cache
from pathlib import Path

from helpers.paths import DESK

BANKS = Path(__file__).parent / "banks"
PARTS = ("train", "validation", "test")
ORDER_FACTS = ("order_status", "order_cancel", "order_address", "missing_part", "damaged_arrival")
GROUPS = {  # open classes: the thing decides
    "vacuum": ("liquids", "ash", "sharp", "fine_powder", "dry_bits", "insects"),
    "surface": ("carpet", "hard_floor", "upholstery", "delicate"),
    "cleaning": ("cleaner", "soft_cloth", "abrasive"),
    "shipping": ("ship_eu", "ship_europe", "ship_world"),
    "use": ("use_business", "use_private"),
    "damage": ("damage_accident", "damage_defect"),
    "pet_hair": ("pet_hair",),
    "third_party": ("third_party",),
    "noise": ("noise",),
    "burning": ("burning",),
}
MAX_KIN = 6  # of more things with one head word, as "carpet", each is on its own
_SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
_ARTICLE = re.compile(r"^(?:an?|the|de[nm]|das|die|der|eine[nmr]?|im|in der|auf dem) ", re.IGNORECASE)


@cache
def bank(language: str, name: str) -> dict[str, list[str]]:
    """The sections of a bank and their entries. An entry is a line; in things and chatter, bars divide it."""
    sections, current = {}, []
    for line in (BANKS / language / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line.strip() and not line.startswith("#"):
            bars = "|" in line and name in ("things", "chatter")
            current.extend(one.strip() for one in line.split("|")) if bars else current.append(line.strip())
    return sections


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of a bank that is a CSV file."""
    return _rows(BANKS / name)


@cache
def facts() -> dict[str, dict[str, str]]:
    """The rows of the handbook by their id."""
    return {row["id"]: row for row in _rows(DESK / "handbook.csv")}


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bare(thing: str) -> str:
    """The thing without its article."""
    return _ARTICLE.sub("", thing)


@cache
def shared_out(language: str, name: str, section: str) -> dict[str, list[str]]:
    """The entries of a section by part. Each is in one part only.

    Things with the same head word are in the same part, unless there are more than MAX_KIN of them.
    """
    rng = random.Random(f"{language} {name} {section}")
    kin: dict[str, list[str]] = {}
    for entry in dict.fromkeys(bank(language, name)[section]):
        kin.setdefault(_head(entry) if name == "things" else entry, []).append(entry)
    families = [family for family in kin.values() if len(family) <= MAX_KIN]
    families += [[entry] for family in kin.values() if len(family) > MAX_KIN for entry in family]
    rng.shuffle(families)
    total = sum(len(family) for family in families)
    most = {
        "validation": max(1, round(total * _SHARES["validation"])) if total > 2 else 0,
        "test": max(1, round(total * _SHARES["test"])) if total > 1 else 0,
    }
    parts: dict[str, list[str]] = {part: [] for part in PARTS}
    for family in families:
        fits = [part for part, size in most.items() if len(parts[part]) + len(family) <= size]
        parts[fits[-1] if fits else "train"].extend(family)
    return parts


def _head(thing: str) -> str:
    """The head word of a thing: "ash" of "ash from the pizza oven", "syrup" of "maple syrup"."""
    return re.split(r" (?:from|of|that|on|with|aus|von|vom|im) ", bare(thing))[0].split()[-1].casefold().rstrip("sn")


class Decks:
    """Draws entries in a random order, and repeats none before all have been drawn."""

    def __init__(self):
        self._left: dict[tuple, list] = {}

    def draw(self, language: str, name: str, section: str, part: str, rng: random.Random) -> str:
        """An entry of a section that this part may use."""
        return self.next((language, name, section, part), shared_out(language, name, section)[part], rng)

    def next(self, deck: tuple, entries: list[str], rng: random.Random) -> str:
        """An entry; `deck` names the pile that it is drawn from, `entries` are what a new pile holds."""
        left = self._left.setdefault(deck, [])
        if not left:
            left.extend(entries)
            rng.shuffle(left)
        return left.pop()

    def clear(self) -> None:
        """Start with new piles, so that a set does not depend on what was drawn before."""
        self._left.clear()


DECKS = Decks()


@cache
def phrasings(language: str, section: str, part: str, name: str = "questions") -> list[str]:
    """Ways to ask, with gaps. Training gets three quarters of them, so that the other parts have ways that are new."""
    entries = bank(language, name)[section]
    if part != "train":
        return entries
    kept = random.Random(f"{language} {section}").sample(range(len(entries)), len(entries) // 4)
    return [entry for number, entry in enumerate(entries) if number not in kept]
