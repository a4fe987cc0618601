"""Makes the raw export: the training tickets with flaws, and a list of the flaws."""

import random

from .banks import bank, table
from .conversations import ticket
from .noise import typed

SHARES = {
    "copy": 0.02,
    "near copy": 0.025,
    "personal data": 0.02,
    "wrong fact": 0.015,
    "no answer": 0.01,
    "wrong role": 0.008,
}


def raw_export(clean: list[dict], language: str, seed: int = 5) -> tuple[list[dict], list[dict], dict[str, dict]]:
    """The lines of raw.jsonl; a row for each flaw: line, ticket, flaw; and the truth of each ticket by its number."""
    rng = random.Random(f"{seed} raw {language}")
    rows = [[made, ""] for made in clean]
    for flaw, share in SHARES.items():
        for _ in range(round(share * len(clean))):
            if flaw == "personal data":  # of a ticket that is good otherwise
                place = rng.choice([n for n, (_, had) in enumerate(rows[: len(clean)]) if not had])
                rows[place] = [_private(rows[place][0], language, rng), flaw]
            else:
                source = rng.choice(clean) if "copy" in flaw else ticket("open", language, "train", rng)
                rows.append([_spoiled(source, flaw, language, rng), flaw])
    rng.shuffle(rows)
    lines, found, truths = [], [], {}
    for number, (made, flaw) in enumerate(rows, 1):
        name = f"{language.upper()}-{number:05d}"
        lines.append({"ticket": name, "topic": made["truth"]["facts"][0], "messages": made["messages"]})
        truths[name] = made["truth"]
        if flaw:
            found.append({"line": number, "ticket": name, "flaw": flaw})
    return lines, found, truths


def _private(made: dict, language: str, rng: random.Random) -> dict:
    """The ticket with an e-mail address, a telephone number or an account number in its first message."""
    words = bank(language, "chatter")
    gaps = {"first": rng.choice(words["first"]).lower(), "last": rng.choice(words["last"]).lower().replace("'", "")}
    said = rng.choice(words["private"]).format(three=rng.randrange(100, 999), **gaps)
    first, *rest = made["messages"]
    return made | {"messages": [first | {"content": f"{first['content']} {said}"}, *rest]}


def _spoiled(made: dict, flaw: str, language: str, rng: random.Random) -> dict:
    """A ticket with the flaw; for a wrong fact it may be another ticket, whose answer states such a fact."""
    messages = [dict(message) for message in made["messages"]]
    if flaw == "near copy":
        asked = messages[0]["content"]
        messages[0]["content"] = next(
            (other for _ in range(50) if (other := typed(asked, rng)) != asked), asked.replace("?", " ??").lower()
        )
    elif flaw == "no answer":
        messages[-1]["content"] = rng.choice(["", " "])
    elif flaw == "wrong role":
        messages[-1]["role"] = rng.choice(["agent", "bot"])
    elif flaw == "wrong fact":
        while not (fits := [row for row in table("wrong_facts.csv") if row["right"] in messages[-1]["content"]]):
            made = ticket("open", language, "train", rng)
            messages = [dict(message) for message in made["messages"]]
        fact = rng.choice(fits)
        messages[-1]["content"] = messages[-1]["content"].replace(fact["right"], fact["wrong"])
    return made | {"messages": messages}
