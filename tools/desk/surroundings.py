"""Adds to a ticket's questions what stands around them: a greeting, chatter, anger, the customer's name."""

import random
import re

from .banks import bank, phrasings
from .details import after_greeting, customer
from .items import Item
from .noise import typed


def with_surroundings(
    kind: str, items: list[Item], earlier: list[tuple[str, str]], language: str, part: str, rng: random.Random
) -> dict:
    """The ticket of one or two questions, with chatter, anger and a name at random.

    `earlier` holds the turns before, as pairs of role and text: a later turn has no chatter, anger or name before it.
    """
    words = bank(language, "chatter")
    asked, said = items[0].asked, items[0].said
    if len(items) == 2:
        asked = rng.choice(phrasings(language, "join", part, "chatter")).format(one=_ended(asked), two=items[1].asked)
        said = f"{said} {items[1].said}"
    keep = tuple(one for item in items for one in item.keep)
    asked = typed(asked, rng, keep)
    angry = not earlier and "off_topic" not in items[0].facts and rng.random() < 0.08
    if angry:
        asked = (
            f"{rng.choice(words['angry'])} {asked}"
            if rng.random() < 0.5
            else f"{_ended(asked)} {rng.choice(words['angry'])}"
        )
        if not re.match(r"I am sorry|We are sorry|Das tut|Es tut", said) and kind != "danger":
            said = f"{rng.choice(words['sorry'])} {said}"
    elif not earlier and rng.random() < 0.3:
        asked = f"{rng.choice(words['before'])} {asked}"
    if not angry and rng.random() < 0.2:
        asked = f"{_ended(asked)} {rng.choice(words['after'])}"
    name = ""
    if not earlier and rng.random() < 0.24:
        name, greeting = customer(language, part, rng)
        asked = f"{_ended(asked)} {rng.choice(words['sign']).format(name=name)}"
        said = f"{greeting} {after_greeting(said, language, keep)}"
    truth = {
        "kind": kind,
        "groups": [item.group for item in items],
        "facts": [fact for item in items for fact in item.facts],
        "things": {fact: thing for item in items for fact, thing in item.things.items()},
        "details": [detail for item in items for detail in item.details],
        "name": name,
        "angry": angry,
        "order": next((item.order for item in items if item.order), ""),
    }
    turns = [*earlier, ("user", asked), ("assistant", said)]
    return {"messages": [{"role": role, "content": text} for role, text in turns], "truth": truth}


def _ended(text: str) -> str:
    return text if text.rstrip()[-1] in ".!?" else f"{text.rstrip()}."
