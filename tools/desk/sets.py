"""Makes the three sets of a language: so many tickets of each kind, and no question twice."""

import random

from .banks import DECKS, PARTS
from .conversations import KINDS, ticket

SIZES = {"en": {"train": 6000, "validation": 200, "test": 300}, "de": {"train": 600, "validation": 60, "test": 100}}
_TRIES = 200


def sets(language: str, seed: int = 2026) -> dict[str, list[dict]]:
    """Tickets by part; no question is in two of them, nor twice in one."""
    DECKS.clear()
    seen: set[str] = set()
    return {part: _part(language, part, seed, seen) for part in reversed(PARTS)}


def _part(language: str, part: str, seed: int, seen: set[str]) -> list[dict]:
    rng = random.Random(f"{seed} {language} {part}")
    wanted = SIZES[language][part]
    kinds = [kind for kind, share in KINDS.items() for _ in range(round(share * wanted / 100))]
    kinds += ["open"] * (wanted - len(kinds))
    rng.shuffle(kinds)
    return [_new_ticket(kind, language, part, rng, seen) for kind in kinds[:wanted]]


def _new_ticket(kind: str, language: str, part: str, rng: random.Random, seen: set[str]) -> dict:
    """A ticket whose question is not in `seen`; adds it. Raises RuntimeError if the banks have no new one."""
    for _ in range(_TRIES):
        made = ticket(kind, language, part, rng)
        asked = " / ".join(message["content"] for message in made["messages"][:-1]).casefold()
        if asked not in seen:
            seen.add(asked)
            return made
    raise RuntimeError(f"No new {language} ticket of the kind {kind!r} for {part}. Add questions to tools/desk/banks/.")
