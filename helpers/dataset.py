"""From the desk's raw tickets to checked, split examples in OpenAI's chat format.

A ticket is a dict: `ticket` (its number), `topic` (an id of the handbook) and `messages`.
An example is a dict with `messages` only: system, user, assistant.
"""

import re

import pandas as pd

from .data import privacy
from .data.copies import copies, without_copies
from .data.examples import answer, question
from .data.jsonl import read_jsonl, write_jsonl
from .data.splitting import split
from .paths import DATA

__all__ = [
    "SYSTEM_PROMPT",
    "answer",
    "copies",
    "find_flaws",
    "load_handbook",
    "mend",
    "question",
    "read_jsonl",
    "split",
    "to_example",
    "write_jsonl",
]

SYSTEM_PROMPT = {"en": "T-1000 service desk. Be brief.", "de": "Kundendienst T-1000. Kurz antworten."}


def load_handbook(language: str = "en") -> pd.DataFrame:
    """The facts, indexed by id: columns topic, answer, must_match (a regular expression)."""
    table = pd.read_csv(DATA / "handbook.csv", index_col="id")
    own = {f"answer_{language}": "answer", f"must_match_{language}": "must_match"}
    return table.rename(columns=own).loc[:, ["topic", *own.values()]]


def find_flaws(tickets: list[dict], handbook: pd.DataFrame) -> pd.DataFrame:
    """A row for each flaw: line in the file, ticket, flaw, detail."""
    found = []
    for line, ticket in enumerate(tickets, 1):
        for flaw, detail in _flaws_of(ticket, handbook):
            found.append((line, ticket["ticket"], flaw, detail))
    for first, second, alike in copies(tickets):
        flaw = "duplicate" if alike == 1 else "near copy"
        found.append(
            (second + 1, tickets[second]["ticket"], flaw, f"of line {first + 1}: {question(tickets[first]).strip()}")
        )
    return pd.DataFrame(sorted(found), columns=["line", "ticket", "flaw", "detail"])


def _flaws_of(ticket: dict, handbook: pd.DataFrame):
    for message in ticket["messages"]:
        if message["role"] not in ("system", "user", "assistant"):
            yield "wrong role", f"role {message['role']!r} is not one of system, user, assistant"
    for hit in privacy.find(question(ticket)):
        yield "personal data", f"{hit.kind}: {hit.text}"
    said = answer(ticket)
    if not said.strip():
        yield "no answer", "there is nothing to learn from"
    elif not re.search(handbook.must_match[ticket["topic"]], said, re.IGNORECASE):
        yield "contradicts the handbook", said


def mend(tickets: list[dict], handbook: pd.DataFrame) -> list[dict]:
    """Tickets without flaws: answers from the handbook, personal data masked, only the first of all copies."""
    return [_mended(ticket, handbook) for ticket in without_copies(tickets)]


def _mended(ticket: dict, handbook: pd.DataFrame) -> dict:
    asked, said = privacy.mask(question(ticket)), answer(ticket)
    fact = handbook.loc[ticket["topic"]]
    if not re.search(fact.must_match, said, re.IGNORECASE):
        said = fact.answer
    messages = [{"role": "user", "content": asked.strip()}, {"role": "assistant", "content": said}]
    return {"ticket": ticket["ticket"], "topic": ticket["topic"], "messages": messages}


def to_example(ticket: dict, language: str = "en") -> dict:
    """A ticket in OpenAI's chat format, with the system prompt before it."""
    return {"messages": [{"role": "system", "content": SYSTEM_PROMPT[language]}, *ticket["messages"]]}
