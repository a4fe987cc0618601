"""The service desk's tickets and its handbook, and the way from a ticket to an example.

A ticket is a dict: `ticket` (its number), `topic` (an id of the handbook) and `messages`.
An example is a dict with `messages` only: system, user, assistant.
"""

import pandas as pd

from ..paths import DATA

SYSTEM_PROMPT = {"en": "T-1000 service desk. Be brief.", "de": "Kundendienst T-1000. Kurz antworten."}


def load_handbook(language: str = "en") -> pd.DataFrame:
    """The facts, indexed by id: columns topic, answer, must_match (a regular expression). `language`: "en" or "de"."""
    table = pd.read_csv(DATA / "handbook.csv", index_col="id")
    own = {f"answer_{language}": "answer", f"must_match_{language}": "must_match"}
    return table.rename(columns=own).loc[:, ["topic", *own.values()]]


def to_example(ticket: dict, language: str = "en") -> dict:
    """A ticket in OpenAI's chat format, with the system prompt before it."""
    return {"messages": [{"role": "system", "content": SYSTEM_PROMPT[language]}, *ticket["messages"]]}
