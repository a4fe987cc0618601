"""From the desk's raw tickets to checked, split examples in OpenAI's chat format.

A ticket is a dict: `ticket` (its number), `topic` (an id of the handbook) and `messages`.
An example is a dict with `messages` only: system, user, assistant.
"""

import json
import random
import re
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path

import pandas as pd

from .paths import DATA, write_whole

SYSTEM_PROMPT = {
    "en": "T-1000 service desk. Be brief.",
    "de": "Kundendienst T-1000. Kurz antworten.",
}
BOM = "\ufeff".encode()
NEAR = 0.6  # share of common letter triples above which two questions count as copies
PERSONAL = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    "IBAN": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "phone": re.compile(r"(?<!\w)\+?\d[\d ()/-]{7,}\d\b"),
}


def load_handbook(language: str = "en") -> pd.DataFrame:
    """The facts, indexed by id: columns topic, answer, must_match (a regular expression)."""
    table = pd.read_csv(DATA / "handbook.csv", index_col="id")
    own = {f"answer_{language}": "answer", f"must_match_{language}": "must_match"}
    return table.rename(columns=own)[["topic", *own.values()]]


def read_jsonl(path: Path) -> list[dict]:
    """One object a line. Raises ValueError that names the first broken line."""
    objects = []
    for n, line in enumerate(Path(path).read_bytes().removeprefix(BOM).split(b"\n"), 1):
        if line.strip():
            try:
                objects.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path}, line {n} is not JSON ({error}). Mend this line.") from None
    return objects


def write_jsonl(path: Path, objects: list[dict]) -> None:
    """Write one object a line; the file is written whole or not at all."""
    write_whole(path, "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects).encode())


def question(ticket: dict) -> str:
    return next((m["content"] for m in ticket["messages"] if m["role"] == "user"), "")


def answer(ticket: dict) -> str:
    """What the desk said; empty if it said nothing."""
    return next((m["content"] for m in ticket["messages"][1:]), "")


def find_flaws(tickets: list[dict], handbook: pd.DataFrame) -> pd.DataFrame:
    """A row for each flaw: line in the file, ticket, flaw, detail."""
    found = []
    for line, ticket in enumerate(tickets, 1):
        for flaw, detail in _flaws_of(ticket, handbook):
            found.append((line, ticket["ticket"], flaw, detail))
    for first, second, alike in copies(tickets):
        flaw = "duplicate" if alike == 1 else "near copy"
        found.append((second + 1, tickets[second]["ticket"], flaw, f"of line {first + 1}: {question(tickets[first]).strip()}"))
    return pd.DataFrame(sorted(found), columns=["line", "ticket", "flaw", "detail"])


def _flaws_of(ticket: dict, handbook: pd.DataFrame):
    for message in ticket["messages"]:
        if message["role"] not in ("system", "user", "assistant"):
            yield "wrong role", f"role {message['role']!r} is not one of system, user, assistant"
    for kind, hit in mask_personal(question(ticket))[1]:
        yield "personal data", f"{kind}: {hit}"
    said = answer(ticket)
    if not said.strip():
        yield "no answer", "there is nothing to learn from"
    elif not re.search(handbook.must_match[ticket["topic"]], said, re.IGNORECASE):
        yield "contradicts the handbook", said


def mask_personal(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with [e-mail], [IBAN] and [phone] in place of personal data, and what was found."""
    found = []
    for kind, pattern in PERSONAL.items():
        found += [(kind, hit) for hit in pattern.findall(text)]
        text = pattern.sub(f"[{kind}]", text)
    return text, found


def copies(tickets: list[dict], threshold: float = NEAR) -> list[tuple[int, int, float]]:
    """Pairs of tickets (earlier, later) that ask the same in almost the same letters, and how alike (up to 1)."""
    triples = [letter_triples(question(ticket)) for ticket in tickets]
    holders: dict[str, list[int]] = defaultdict(list)  # which earlier tickets have a triple
    found = []
    for later, own in enumerate(triples):
        common = Counter(chain.from_iterable(holders[triple] for triple in own))
        pairs = ((earlier, later, likeness(triples[earlier], own)) for earlier, n in common.items() if n >= threshold * len(own))
        found += [pair for pair in pairs if pair[2] >= threshold]
        for triple in own:
            holders[triple].append(later)
    return sorted(found)


def letter_triples(text: str) -> frozenset[str]:
    plain = " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity: common triples by all triples."""
    return len(one & other) / len(one | other) if one or other else 1.0


def mend(tickets: list[dict], handbook: pd.DataFrame) -> list[dict]:
    """Tickets without flaws: answers from the handbook, personal data masked, only the first of all copies."""
    dropped = {later for _, later, _ in copies(tickets)}
    return [_mended(ticket, handbook) for n, ticket in enumerate(tickets) if n not in dropped]


def _mended(ticket: dict, handbook: pd.DataFrame) -> dict:
    asked, said = mask_personal(question(ticket))[0], answer(ticket)
    fact = handbook.loc[ticket["topic"]]
    if not re.search(fact.must_match, said, re.IGNORECASE):
        said = fact.answer
    messages = [{"role": "user", "content": asked.strip()}, {"role": "assistant", "content": said}]
    return {"ticket": ticket["ticket"], "topic": ticket["topic"], "messages": messages}


def to_example(ticket: dict, language: str = "en") -> dict:
    """A ticket in OpenAI's chat format, with the system prompt before it."""
    return {"messages": [{"role": "system", "content": SYSTEM_PROMPT[language]}, *ticket["messages"]]}


def split(tickets: list[dict], seed: int = 1000) -> dict[str, list[dict]]:
    """Of each topic a twelfth for the test (at least 2) and for validation (at least 1), the rest for training."""
    by_topic = defaultdict(list)
    for ticket in tickets:
        by_topic[ticket["topic"]].append(ticket)
    rng = random.Random(seed)
    parts: dict[str, list[dict]] = {"train": [], "validation": [], "test": []}
    for topic in sorted(by_topic):
        group = by_topic[topic]
        rng.shuffle(group)
        tests, validations = max(2, len(group) // 12), max(1, len(group) // 12)
        parts["test"] += group[:tests]
        parts["validation"] += group[tests : tests + validations]
        parts["train"] += group[tests + validations :]
    for part in parts.values():
        rng.shuffle(part)
    return parts
