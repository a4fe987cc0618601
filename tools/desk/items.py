"""Makes a question, the desk's answer to it, and the truth about that answer."""

import random
import re
from dataclasses import dataclass, field

from .banks import DECKS, GROUPS, ORDER_FACTS, bank, bare, phrasings, shared_out
from .details import date_of_purchase, order_number
from .old_questions import closed

ASKS_BACK = ("ask_order", "ask_date", "ask_thing", "ask_floor", "ask_place", "ask_symptom", "ask_part")
BESIDE = ("vacuum", "surface", "shipping", "cleaning")  # groups whose questions may name a second thing
_WEIGHTS = {"ash": 2, "ship_europe": 2}  # of facts in their group; the others have 3


@dataclass
class Item:
    """A question of a ticket and its answer.

    `things` are the customer's words that the answer must repeat, by fact; `details` are regular expressions that the
    answer must match; `keep` are words that typing errors must not change.
    """

    group: str
    asked: str
    said: str
    facts: list[str]
    things: dict[str, str] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    order: str = ""
    keep: tuple[str, ...] = ()


def wording(fact: str, language: str, rng: random.Random, **gaps: str) -> str:
    """An agent's words for a fact. The first wording of the bank is drawn most often."""
    ways = bank(language, "answers")[fact]
    said = rng.choices(ways, [1 / (n + 1) for n in range(len(ways))])[0]
    thing = gaps.get("x", "")
    gaps |= {"bare": bare(thing), "the": f"the {bare(thing)}", "X": thing[:1].upper() + thing[1:]}
    vowel = re.match("[aeiou]", bare(thing), re.IGNORECASE)
    gaps |= {"a": f"{'an' if vowel else 'a'} {bare(thing)}", "your": f"your {bare(thing)}"}
    return said.format(**gaps, Your=f"Your {bare(thing)}")


def open_item(group: str, language: str, part: str, rng: random.Random, fact: str = "") -> Item:
    """A question whose answer follows from what the thing is."""
    fact = fact or rng.choices(GROUPS[group], [_WEIGHTS.get(one, 3) for one in GROUPS[group]])[0]
    beside = group in BESIDE and rng.random() < 0.15
    ask = rng.choice(phrasings(language, f"{group}_not" if beside else group, part))
    if group == "damage":
        event, named = _event(DECKS.draw(language, "damage", fact, part, rng))
        said = wording(fact, language, rng, part=named)
        return Item(group, _with_article(ask.format(event=event)), said, [fact], {fact: bare(named)})
    thing = DECKS.draw(language, "things", fact, part, rng)
    asked = _with_article(
        ask.format(x=thing, y=_other_thing(group, fact, language, part, rng)) if beside else ask.format(x=thing)
    )
    if group in ("noise", "burning"):  # likened only, nothing to take up
        return Item(group, asked, wording(fact, language, rng), [fact])
    return Item(group, asked, wording(fact, language, rng, x=thing), [fact], {fact: bare(thing)}, keep=(thing,))


def _other_thing(group: str, fact: str, language: str, part: str, rng: random.Random) -> str:
    """A thing of another class. It is named beside the thing that is asked about."""
    other = rng.choice([one for one in GROUPS[group] if one != fact])
    return DECKS.draw(language, "things", other, part, rng)


def _event(line: str) -> tuple[str, str]:
    """What happened, and the part that it happened to."""
    if "|" in line:
        event, named = line.split(" | ")
        return event, named
    return line.replace("[", "").replace("]", ""), re.findall(r"\[(.+?)\]", line)[0]


def _with_article(text: str) -> str:
    """The text with "an" instead of "a" before a vowel."""
    return re.sub(r"\b(a) (?=(?:a|e|i|o)[a-z])", "an ", text)


def pair(language: str, part: str, rng: random.Random) -> Item:
    """A question about two things of different classes."""
    both = rng.sample(GROUPS["vacuum"], 2)
    things = [DECKS.draw(language, "things", fact, part, rng) for fact in both]
    asked = rng.choice(phrasings(language, "vacuum_two", part)).format(x=things[0], y=things[1])
    said = " ".join(wording(fact, language, rng, x=thing) for fact, thing in zip(both, things, strict=True))
    taken_up = {fact: bare(thing) for fact, thing in zip(both, things, strict=True)}
    return Item("vacuum", asked, said, both, taken_up, keep=tuple(things))


def closed_item(fact: str, language: str, part: str, rng: random.Random) -> Item:
    """A question whose answer is one fact of the handbook."""
    words = "third_party_plain" if fact == "third_party" else fact
    asked = DECKS.next(("closed", language, fact, part), closed(language, part)[fact], rng)
    return Item("closed", asked, wording(words, language, rng), [fact])


def listed_item(fact: str, language: str, part: str, rng: random.Random) -> Item:
    """A question that a bank holds as a whole: about a dangerous battery, or without a detail that the desk needs."""
    asked = rng.choice(shared_out(language, "questions", fact)[part])
    group = "danger" if fact == "battery_danger" else "asks back"
    return Item(group, asked, wording(fact, language, rng), [fact])


def detail_item(fact: str, language: str, part: str, rng: random.Random) -> Item:
    """A question with an order number, a part, or a date of purchase that the answer repeats."""
    ask = rng.choice(phrasings(language, fact, part))
    if fact == "warranty_until":
        date, until, pattern = date_of_purchase(language, rng)
        said = wording(fact, language, rng, until=until)
        return Item("detail", ask.format(date=date), said, [fact], details=[pattern], keep=(date,))
    order, named = order_number(rng), rng.choice(bank(language, "things")["parts"])
    gaps = {"order": order, "part": named}
    things = {fact: bare(named)} if fact == "missing_part" else {}
    said = wording(fact, language, rng, **gaps)
    asked = ask.format(**gaps)
    return Item("detail", asked, said, [fact], things, [re.escape(order)], order, keep=(order,))


def any_detail(language: str, part: str, rng: random.Random) -> Item:
    """A question with a detail, about an order or about the end of the warranty."""
    fact = rng.choices((*ORDER_FACTS, "warranty_until"), (3, 2, 2, 2, 2, 6))[0]
    return detail_item(fact, language, part, rng)
