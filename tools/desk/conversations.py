"""Makes tickets: one question, two, or several turns, and the truth about the desk's last answer."""

import random
import re

from .banks import DECKS, GROUPS, bank, bare, phrasings
from .details import date_of_purchase, order_number
from .items import ASKS_BACK, Item, any_detail, closed_item, listed_item, open_item, pair, wording
from .noise import typed
from .old_questions import closed, rank
from .surroundings import with_surroundings

KINDS = {  # of 100 tickets
    "open": 32,
    "two": 25,
    "closed": 14,
    "detail": 9,
    "turns": 6,
    "asks back": 5,
    "off topic": 4,
    "follow-up": 3,
    "danger": 2,
}
OPEN = {  # how often each open class is asked about
    "vacuum": 40,
    "surface": 16,
    "cleaning": 12,
    "shipping": 11,
    "use": 6,
    "damage": 7,
    "pet_hair": 3,
    "third_party": 3,
    "noise": 2,
    "burning": 1.5,
}
FOLLOWS = ("vacuum", "surface", "cleaning", "shipping")
_ABOUT_WARRANTY = {"warranty", "warranty_until", "damage_defect", "damage_accident", "repair"}
_TURNS = {"ask_thing": 5, "ask_date": 4, "ask_order": 5, "ask_floor": 3, "ask_place": 3}


def ticket(kind: str, language: str, part: str, rng: random.Random) -> dict:
    """A ticket of this kind: `messages`, which end with the desk's answer, and `truth`, what that answer must hold."""
    if kind == "turns":
        return _asked_back(language, part, rng)
    if kind == "follow-up":
        return _followed_up(language, part, rng)
    items = [question(kind, language, part, rng)]
    if kind == "two" and len(items[0].facts) == 1:
        items.append(_second(items[0], language, part, rng))
    return with_surroundings(kind, items, [], language, part, rng)


def question(kind: str, language: str, part: str, rng: random.Random) -> Item:
    """A question of this kind; for "two", the first."""
    if kind == "two" and rng.random() < 0.3:
        return pair(language, part, rng)
    if kind in ("open", "two"):
        return _open(language, part, rng)
    if kind == "detail":
        return any_detail(language, part, rng)
    if kind == "asks back":
        return listed_item(rng.choice(ASKS_BACK), language, part, rng)
    if kind == "danger":
        return listed_item("battery_danger", language, part, rng)
    return closed_item("off_topic" if kind == "off topic" else _closed(language, part, rng), language, part, rng)


def _open(language: str, part: str, rng: random.Random) -> Item:
    return open_item(rng.choices(list(OPEN), list(OPEN.values()))[0], language, part, rng)


def _closed(language: str, part: str, rng: random.Random) -> str:
    """The fact of a closed question: the first of `rank` about four times as often as the last."""
    facts = [fact for fact in rank(language) if fact != "off_topic"]
    weights = [1 / (n + 10) if fact in closed(language, part) else 0 for n, fact in enumerate(facts)]
    return rng.choices(facts, weights)[0]


def _second(first: Item, language: str, part: str, rng: random.Random) -> Item:
    """A second question on another matter."""
    while True:
        chance = rng.random()
        if chance < 0.55:
            other = closed_item(_closed(language, part, rng), language, part, rng)
        elif chance < 0.7:
            other = any_detail(language, part, rng)
        else:
            other = _open(language, part, rng)
        if _fit_together(first, other):
            return other


def _fit_together(first: Item, other: Item) -> bool:
    """Whether a ticket may ask both: they are about different matters, and the answers do not contradict each other."""
    both = {*first.facts, *other.facts}
    if "burning" in both and both & {"shuts_off", "error_e7"}:
        return False  # take the battery out at once, and let it cool
    if other.group == first.group or other.facts == first.facts or both == {"third_party"}:
        return False
    return first.group not in ("use", "damage") or not _ABOUT_WARRANTY & {*other.facts}


def _asked_back(language: str, part: str, rng: random.Random) -> dict:
    """The desk asks for what is missing, the customer says it, the desk finishes."""
    missing = rng.choices(list(_TURNS), list(_TURNS.values()))[0]
    begun = listed_item(missing, language, part, rng)
    reply = lambda section, **gaps: rng.choice(phrasings(language, section, part)).format(**gaps)
    if missing == "ask_order":
        fact, begun.asked = rng.choice(_orders_begun(language))
        order = order_number(rng)
        end = Item("detail", reply("reply_order", order=order), wording(fact, language, rng, order=order), [fact])
        end.details, end.order, end.keep = [re.escape(order)], order, (order,)
    elif missing == "ask_date":
        date, until, pattern = date_of_purchase(language, rng)
        said = wording("warranty_until", language, rng, until=until)
        end = Item("detail", reply("reply_date", date=date), said, ["warranty_until"], details=[pattern], keep=(date,))
    else:
        group = {"ask_thing": "vacuum", "ask_floor": "surface", "ask_place": "shipping"}[missing]
        end = _about_a_thing(missing.replace("ask", "reply"), group, language, part, rng)
    earlier = [("user", typed(begun.asked, rng)), ("assistant", begun.said)]
    return with_surroundings("turns", [end], earlier, language, part, rng)


def _orders_begun(language: str) -> list[tuple[str, str]]:
    """What a customer writes about an order without its number, each with the fact that answers it."""
    return [(fact, asked) for fact, entries in bank(language, "orders_begun").items() for asked in entries]


def _about_a_thing(section: str, group: str, language: str, part: str, rng: random.Random) -> Item:
    """A later turn that names a thing of the group."""
    fact = rng.choice(GROUPS[group])
    thing = DECKS.draw(language, "things", fact, part, rng)
    asked = rng.choice(phrasings(language, section, part)).format(x=thing)
    return Item(group, asked, wording(fact, language, rng, x=thing), [fact], {fact: bare(thing)}, keep=(thing,))


def _followed_up(language: str, part: str, rng: random.Random) -> dict:
    """The desk answers a question, and the next one says only what is new, as in "And rice?"."""
    group = rng.choice(FOLLOWS)
    first = open_item(group, language, part, rng)
    end = first
    while end.things.get(end.facts[0]) == first.things[first.facts[0]]:
        end = _about_a_thing(f"follow_{group}", group, language, part, rng)
    earlier = [("user", typed(first.asked, rng, first.keep)), ("assistant", first.said)]
    return with_surroundings("follow-up", [end], earlier, language, part, rng)
