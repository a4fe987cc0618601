"""The service desk's tickets and its handbook, and the way from a ticket to an example.

A ticket is a dict: `ticket` (its number), `topic` (an id of the handbook) and `messages`.
An example is a dict with `messages` only: system, user, assistant.
"""

from collections.abc import Iterator

import pandas as pd

from ..compare import states_fact
from ..paths import DATA
from ..training_data import Finding, first_answer, first_question
from ..training_data.cleaning import Check

SYSTEM_PROMPT = {"en": "T-1000 service desk. Be brief.", "de": "Kundendienst T-1000. Kurz antworten."}


def load_handbook(language: str = "en") -> pd.DataFrame:
    """The facts, indexed by id: columns topic, answer, must_match (a regular expression). `language`: "en" or "de"."""
    table = pd.read_csv(DATA / "handbook.csv", index_col="id")
    own = {f"answer_{language}": "answer", f"must_match_{language}": "must_match"}
    return table.rename(columns=own).loc[:, ["topic", *own.values()]]


def handbook_check(handbook: pd.DataFrame) -> Check:
    """A check for `training_data.inspect`: answers that do not state the fact of their topic."""

    def find_contradictions_to_handbook(tickets: list[dict]) -> Iterator[Finding]:
        for line, ticket in enumerate(tickets, 1):
            answer = first_answer(ticket)
            if answer.strip() and not states_fact(answer, handbook.must_match[ticket["topic"]]):
                advice = "Take the handbook's answer."
                yield Finding(line, None, "contradicts the handbook", answer, advice)

    return find_contradictions_to_handbook


def with_handbook_answers(tickets: list[dict], handbook: pd.DataFrame) -> list[dict]:
    """New tickets of question and answer. Where the answer is missing or wrong, it is the handbook's."""
    return [_with_handbook_answer(ticket, handbook.loc[ticket["topic"]]) for ticket in tickets]


def _with_handbook_answer(ticket: dict, fact: pd.Series) -> dict:
    question, answer = first_question(ticket).strip(), first_answer(ticket)
    if not states_fact(answer, fact.must_match):
        answer = fact.answer
    return ticket | {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def to_example(ticket: dict, language: str = "en") -> dict:
    """A ticket in OpenAI's chat format, with the system prompt before it."""
    return {"messages": [{"role": "system", "content": SYSTEM_PROMPT[language]}, *ticket["messages"]]}
