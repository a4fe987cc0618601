"""Answers tickets without a language model, as an analyst would build it in an evening.

Classifiers find the matters of a ticket, the things that it names and the facts that follow from them. Rules find the
name, the order number and the date. The answer is a canned one; where a detail is missing it asks back.
"""

import random
import re

from .banks import ORDER_FACTS, bank, bare
from .details import after_greeting
from .items import wording
from .matters import MATTERS_WITH_CLASSES, Matters
from .slots import DATE, ORDER, name_and_greeting, until
from .texts import read, said
from .things import Classes, Things

_ASKS = {"vacuum": "ask_thing", "surface": "ask_floor", "shipping": "ask_place", "warranty_until": "ask_date"}
_WITH_A_THING = {*MATTERS_WITH_CLASSES, "pet_hair", "third_party"}
_REPLY = re.compile(  # how a reply begins before it names the thing
    r"^(?:(?:it is|it's|sure|well|mostly|it looks like|sorry|i mean|to|she lives in|it would go to|i live in|for|my|the"
    r"|and|with|na ja|hauptsächlich|nach|für|und|okay|thanks|what about|what|about|then|is|if|danke|gut|mit)\b[ ,.]*)+",
    re.IGNORECASE,
)
_SECOND = re.compile(  # how a second question begins
    r"\b(?:And one more thing|Also|Second question|And|By the way|While I'm here|Then|Oh, and|Another thing|Besides"
    r"|One last thing|And then|Next|Plus|Different topic|Und noch etwas|Außerdem|Zweite Frage|Und|Ach ja, und)[:,] ?"
    r"|Oh, and |Ach ja, und "
)


class Analyst:
    """Learns from the training tickets and their truth.

    `by_sentence`: see `Matters`; `split`: it cuts a ticket where a second question begins.
    """

    def __init__(self, language: str, by_sentence: bool = True, split: bool = True):
        self.language, self.split = language, split
        examples, truths = read(language, "train")
        self.matters = Matters(examples, truths, by_sentence)
        self._things = Things(examples, truths)
        self._classes = Classes(examples, truths, self.matters.useful)

    def answer(self, example: dict) -> str:
        """The answer to an example's last question."""
        text = said(example)
        is_reply = len(example["messages"]) > 3
        found = self._things.find(text)
        answers, keep = [], []
        for matter in self._matters(text, is_reply):
            things = self._named(matter, found.get(matter, []), text, is_reply)
            if self._lacks_detail(matter, things, text):
                matter, things = _ASKS.get(matter, "ask_order"), []
            for thing in (things or [""]) if matter in _WITH_A_THING else [""]:
                answers.append(self._canned(matter, thing, text))
                keep.append(thing)
        name, greeting = name_and_greeting(text, self.language)
        whole = " ".join(dict.fromkeys(answers))
        return f"{greeting} {after_greeting(whole, self.language, tuple(keep))}" if name else whole

    def _matters(self, text: str, is_reply: bool) -> list[str]:
        questions = [part for part in _SECOND.split(text) if part.strip()] if self.split and not is_reply else [text]
        if len(questions) > 1:
            return list(dict.fromkeys(self.matters.find(question)[0] for question in questions))
        return self.matters.find(text)

    def _named(self, matter: str, tagged: list[str], text: str, is_reply: bool) -> list[str]:
        """The things that the answer is about."""
        if matter not in _WITH_A_THING:
            return []
        if is_reply:
            last = text.splitlines()[-1]
            things = [thing for thing in tagged if thing in last][-1:]
            # Without its first words, a reply holds little but the thing.
            things = things or [re.split(r"[.?!]", _REPLY.sub("", last))[0].strip()]
        else:
            things = tagged[:2]
        return things or self._things.known(matter, text)[-1:]

    def _lacks_detail(self, matter: str, things: list[str], text: str) -> bool:
        """Whether the detail is missing without which nobody can answer."""
        if matter in ORDER_FACTS:
            return not ORDER.search(text)
        if matter == "warranty_until":
            return not DATE.search(text)
        return matter in _ASKS and not things

    def _canned(self, matter: str, thing: str, text: str) -> str:
        fact = self._classes.fact(matter, thing, text)
        if fact == "third_party" and not thing:
            fact = "third_party_plain"
        parts = sorted(bank(self.language, "things")["parts"], key=len, reverse=True)
        part = thing or next((part for part in parts if bare(part).casefold() in text.casefold()), "part")
        order = (ORDER.findall(text) or [""])[-1]
        end = until(text, self.language)
        return wording(fact, self.language, _First(), x=thing, order=order, until=end, part=part)


class _First(random.Random):
    """Draws the first of what there is: the commonest wording."""

    def choices(self, population, *_, **__):
        return [population[0]]
