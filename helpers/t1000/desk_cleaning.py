"""Prepares the desk's exported tickets for training, as lesson 1 does."""

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from ..compare import states_fact
from ..training_data import Finding, clean, find_near_duplicates, inspect, personal_data
from ..training_data.cleaning import Check
from ..training_data.example import answers

NAMES_OF_THE_ASSISTANT = ("agent", "bot")  # in the desk's software
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PART = re.compile(r"\b[A-Z]-\d+\b")  # "U-2"
KEPT = "name"  # the desk's answers address the customer by name, so a model must see names


def handbook_check(handbook: pd.DataFrame) -> Check:
    """A check for `training_data.inspect`: last answers that are against the rule of their ticket's topic.

    They do not state it (must_match), deny it in the same sentence (must_not, where the handbook has it), or name a
    part that the handbook does not know. `handbook` is indexed by topic, with the columns answer and must_match.
    """
    parts = set(_PART.findall(" ".join(handbook.answer)))

    def find_contradictions_to_handbook(tickets: list[dict]) -> Iterator[Finding]:
        for line, ticket in enumerate(tickets, 1):
            answer = (answers(ticket) or [""])[-1]
            follows = _follows(answer, handbook.loc[ticket["topic"]]) and parts.issuperset(_PART.findall(answer))
            if answer.strip() and not follows:
                yield Finding(line, None, "contradicts the handbook", answer, "Correct it, or leave the ticket out.")

    return find_contradictions_to_handbook


def _follows(answer: str, rule: pd.Series) -> bool:
    """Whether the answer states the rule, and no sentence that states it denies it."""
    stating = [sentence for sentence in _SENTENCE_END.split(answer) if states_fact(sentence, rule.must_match)]
    denial = rule.get("must_not", "")
    denied = denial and any(states_fact(sentence, denial) for sentence in stating)
    return states_fact(answer, rule.must_match) and not denied


def with_openai_roles(tickets: Iterable[dict]) -> list[dict]:
    """New tickets in which the assistant is called so."""
    return [ticket | {"messages": [_renamed(message) for message in ticket["messages"]]} for ticket in tickets]


def _renamed(message: dict) -> dict:
    return message | {"role": "assistant"} if message["role"] in NAMES_OF_THE_ASSISTANT else message


def without_contacts(tickets: Iterable[dict]) -> list[dict]:
    """New tickets in which all personal data but names are masked."""
    return [ticket | {"messages": [_masked(message) for message in ticket["messages"]]} for ticket in tickets]


def _masked(message: dict) -> dict:
    text = message["content"]
    for hit in reversed(personal_data.find(text)):
        if hit.kind != KEPT:
            text = f"{text[: hit.start]}[{hit.kind}]{text[hit.end :]}"
    return message | {"content": text}


def prepared(tickets: list[dict], handbook: pd.DataFrame) -> list[dict]:
    """Tickets to learn from: with OpenAI's roles, without near-duplicates, contacts and what else `inspect` finds."""
    tickets = without_contacts(with_openai_roles(tickets))
    report = inspect(tickets, checks=[find_near_duplicates, handbook_check(handbook)])
    return clean(tickets, report, ignored=("personal data", "secret"))
