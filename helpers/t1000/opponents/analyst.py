"""Answers tickets without a language model, as an analyst would build it in an evening.

Classifiers find the matters of a ticket, the things that it names and the facts that follow from them. Rules find the
name, the order number and the date. The answer is a canned one; where a detail is missing it asks back.
"""

import copy
import re

from .canned_answers import CannedAnswers
from .matters import Matters, groups_of
from .slots import ORDER, name_and_greeting, until
from .texts import conversation_text
from .things import Classes, Things

_ASKS = {"vacuum": "ask_thing", "surface": "ask_floor", "shipping": "ask_place", "warranty_until": "ask_date"}
_WITH_A_THING = {"vacuum", "surface", "cleaning", "shipping", "use", "damage", "pet_hair", "third_party"}
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

    `split`: it cuts a ticket where a second question begins; `matters.cut`: see `Matters`.
    """

    def __init__(self, examples: list[dict], truths: list[dict], language: str = "en"):
        self.language, self.split = language, True
        groups = groups_of(truths)
        self.matters = Matters(examples, truths)
        self._things = Things(examples, truths, groups)
        self._classes = Classes(examples, truths, groups, self.matters.useful)
        self._canned = CannedAnswers(examples, truths)
        self._with_order = {
            fact for truth in truths if truth["order"] and len(truth["facts"]) == 1 for fact in truth["facts"]
        }

    def with_edits(self, answers: dict[str, str]) -> "Analyst":
        """The same analyst with other canned answers for some facts."""
        edited = copy.copy(self)
        edited._canned = self._canned.with_edits(answers)
        return edited

    def answers(self, prompts: list[list[dict]]) -> list[str]:
        """An answer for each prompt."""
        texts = [conversation_text(messages) for messages in prompts]
        self._things.read(texts)
        self.matters.read(
            question
            for text, messages in zip(texts, prompts, strict=True)
            for question in self._questions(text, _is_reply(messages))
        )
        return [self.answer(messages) for messages in prompts]

    def answer(self, messages: list[dict]) -> str:
        """The answer to the last question of these messages."""
        text = conversation_text(messages)
        is_reply = _is_reply(messages)
        found = self._things.find(text)
        answers, keep = [], []
        for matter in self._matters_of(self._questions(text, is_reply)):
            things = self._named(matter, found.get(matter, []), text, is_reply)
            if self._lacks_detail(matter, things, text):
                matter, things = _ASKS.get(matter, "ask_order"), []
            for thing in (things or [""]) if matter in _WITH_A_THING else [""]:
                fact = self._classes.fact(matter, thing, text)
                answers.append(self._canned.fill(fact, thing, text, self.language))
                keep.append(thing)
        name, greeting = name_and_greeting(text, self.language)
        whole = " ".join(dict.fromkeys(answers))
        return f"{greeting} {self._canned.after_greeting(whole, keep)}" if name else whole

    def _questions(self, text: str, is_reply: bool) -> list[str]:
        """The questions of a text, each to be classified by itself; the whole text if it is one question or a reply."""
        questions = [part for part in _SECOND.split(text) if part.strip()] if self.split and not is_reply else []
        return questions if len(questions) > 1 else [text]

    def _matters_of(self, questions: list[str]) -> list[str]:
        if len(questions) > 1:
            return list(dict.fromkeys(self.matters.find(question)[0] for question in questions))
        return self.matters.find(questions[0])

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
        if matter in self._with_order:
            return not ORDER.search(text)
        if matter == "warranty_until":
            return not until(text, self.language)
        return matter in _ASKS and not things


def _is_reply(messages: list[dict]) -> bool:
    """Whether the customer's last turn answers a question of the desk."""
    return messages[-2]["role"] == "assistant"
