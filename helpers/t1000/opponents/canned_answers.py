"""Canned answers: for each fact the commonest wording of the training tickets, with gaps for what a ticket names."""

import copy
import re
from collections import Counter

from .slots import DATE, ORDER, until

_GREETING = re.compile(r"^(?:Dear|Guten Tag|Sehr geehrte[rs]?) [^,]+, ")
_PARTS = ("missing_part", "damage_accident", "damage_defect")  # facts whose things are parts of the machine


class CannedAnswers:
    """Learns from tickets about one fact."""

    def __init__(self, examples: list[dict], truths: list[dict]):
        wordings: dict[tuple[str, bool], Counter] = {}
        parts = set()
        for example, truth in zip(examples, truths, strict=True):
            parts |= {thing for fact, thing in truth["things"].items() if fact in _PARTS}
            if len(truth["facts"]) == 1 and not truth["angry"]:  # an angry customer's answer begins with an apology
                [fact], thing = truth["facts"], next(iter(truth["things"].values()), "")
                template = _template(example["messages"][-1]["content"], thing)
                wordings.setdefault((fact, bool(thing)), Counter())[template] += 1
        self._templates = {key: found.most_common(1)[0][0] for key, found in wordings.items()}
        self._edited: dict[str, str] = {}
        self._parts = sorted(parts, key=len, reverse=True)
        self._middle = _words_inside(examples)

    def with_edits(self, answers: dict[str, str]) -> "CannedAnswers":
        """The same, with these answers for some facts."""
        edited = copy.copy(self)
        edited._edited = self._edited | answers
        return edited

    def fill(self, fact: str, thing: str, text: str, language: str) -> str:
        """The answer for a fact, with the thing, and with the order number, part and date that the text names.

        "" for a fact that no training ticket was about.
        """
        template = self._edited.get(fact) or self._template_of(fact, thing)
        part = next((part for part in self._parts if part.casefold() in text.casefold()), "part")
        filled = template.replace("{order}", (ORDER.findall(text) or [""])[-1])
        filled = filled.replace("{until}", until(text, language)).replace("{x}", thing or part)
        return _with_article(filled[:1].upper() + filled[1:])

    def _template_of(self, fact: str, thing: str) -> str:
        return self._templates.get((fact, bool(thing))) or self._templates.get((fact, not thing), "")

    def after_greeting(self, answer: str, things: list[str]) -> str:
        """The answer as it goes on after "Dear Ms Weber,".

        Its first word is in lower case if it is one that the training answers write so, or a thing's as it was named.
        """
        for thing in things:
            if thing and answer.casefold().startswith(thing.casefold()):
                return thing + answer[len(thing) :]
        first = re.match(r"\w+", answer)
        return answer[:1].lower() + answer[1:] if first and first[0].lower() in self._middle else answer


def _template(answer: str, thing: str) -> str:
    """The answer with gaps and without the greeting."""
    answer = DATE.sub("{until}", ORDER.sub("{order}", _GREETING.sub("", answer)))
    return re.sub(re.escape(thing), "{x}", answer, flags=re.IGNORECASE) if thing else answer[:1].upper() + answer[1:]


def _words_inside(examples: list[dict]) -> set[str]:
    """The words that the answers write in lower case."""
    words = " ".join(example["messages"][-1]["content"] for example in examples).split()
    return {word for word in words if word.islower()}


def _with_article(text: str) -> str:
    """The text with "a" or "an" as the next letter demands."""
    text = re.sub(r"\ba (?=[aeio])", "an ", text)
    return re.sub(r"\ban (?=[^aeiou\W])", "a ", text)
