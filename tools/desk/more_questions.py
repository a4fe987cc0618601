"""Short questions to try in a talk: some written by hand, the others drawn from what only the test may use."""

import random
from collections.abc import Collection

from .banks import DECKS, bank
from .conversations import question

MORE = 200  # drawn beside those written by hand
_KINDS = {"open": 60, "closed": 20, "detail": 8, "asks back": 4, "danger": 4, "off topic": 4}
_TRIES = 10_000


def more_questions(asked: Collection[str], language: str = "en", seed: int = 2026) -> list[str]:
    """The questions without a greeting, chatter or typing errors, each once, and none of those asked elsewhere.

    Raises RuntimeError if the banks have no new one.
    """
    DECKS.clear()
    rng = random.Random(f"{seed} {language} more questions")
    seen = {text.casefold() for text in asked}
    found = [text for text in bank(language, "everyday")["everyday"] if text.casefold() not in seen]
    wanted = len(found) + MORE
    seen |= {text.casefold() for text in found}
    for _ in range(_TRIES):
        [kind] = rng.choices(list(_KINDS), list(_KINDS.values()))
        drawn = question(kind, language, "test", rng).asked
        if drawn.casefold() not in seen:
            seen.add(drawn.casefold())
            found.append(drawn)
        if len(found) == wanted:
            return found
    raise RuntimeError(f"No new {language} question. Add some to tools/desk/banks/.")
