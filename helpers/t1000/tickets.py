"""The service desk's tickets and its handbook, and the way from a ticket to an example.

A ticket is a dict: `ticket` (its number), `topic` (an id of the handbook) and `messages`.
An example is a dict with `messages` only: system, user, assistant.
"""

import pandas as pd

from ..compare import states_fact
from ..paths import DATA
from ..training_data import first_answer, first_question

SYSTEM_PROMPT = {"en": "T-1000 service desk. Be brief.", "de": "Kundendienst T-1000. Kurz antworten."}


def load_handbook(language: str = "en") -> pd.DataFrame:
    """The facts, indexed by id: columns topic, answer, must_match (a regular expression). `language`: "en" or "de"."""
    table = pd.read_csv(DATA / "handbook.csv", index_col="id")
    own = {f"answer_{language}": "answer", f"must_match_{language}": "must_match"}
    return table.rename(columns=own).loc[:, ["topic", *own.values()]]


def with_handbook_answers(tickets: list[dict], handbook: pd.DataFrame) -> list[dict]:
    """New tickets of question and answer, as data/t1000 was prepared: a missing or wrong answer is the handbook's."""
    return [_with_handbook_answer(ticket, handbook.loc[ticket["topic"]]) for ticket in tickets]


def _with_handbook_answer(ticket: dict, fact: pd.Series) -> dict:
    question, answer = first_question(ticket).strip(), first_answer(ticket)
    if not states_fact(answer, fact.must_match):
        answer = fact.answer
    return ticket | {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def to_example(ticket: dict, language: str = "en") -> dict:
    """A ticket in OpenAI's chat format, with the system prompt before it."""
    return {"messages": [{"role": "system", "content": SYSTEM_PROMPT[language]}, *ticket["messages"]]}
