"""Makes the second task, in which a ticket becomes JSON. Its rules are in data/desk/README.md."""

import json
import random

from helpers.t1000.tickets import SYSTEM_PROMPT

from .banks import DECKS, ORDER_FACTS, facts
from .conversations import ticket

KINDS = {"open": 40, "detail": 22, "closed": 22, "off topic": 6, "asks back": 6, "danger": 4}
SIZES = {"train": 300, "test": 60}
STEPS = ("low", "normal", "high")
TOPICS = "vacuuming|surface|cleaning|delivery|warranty|order|fault|danger|parts|use of the machine|off topic".split("|")
_ASKED_BACK = {
    "ask_order": "order",
    "ask_date": "warranty",
    "ask_thing": "vacuuming",
    "ask_floor": "surface",
    "ask_place": "delivery",
    "ask_symptom": "fault",
    "ask_part": "parts",
}
_WANTS = {
    "order_cancel": "cancellation",
    "order_address": "change of address",
    "missing_part": "replacement",
    "damaged_arrival": "replacement",
    "damage_defect": "replacement",
    "damage_accident": "repair",
    "repair": "repair",
    "returns": "return",
    "invoice": "document",
    "order_status": "status",
    "ask_order": "status",
}


def schema() -> dict:
    """The JSON schema of an answer."""
    wants = ["information", *dict.fromkeys(_WANTS.values())]
    return {
        "type": "object",
        "properties": {
            "topic": {"enum": TOPICS},
            "urgency": {"enum": list(STEPS)},
            "order_number": {"type": ["string", "null"], "pattern": "^T1-[0-9]{5}$"},
            "wants": {"enum": wants},
            "language": {"enum": ["en", "de"]},
        },
        "required": ["topic", "urgency", "order_number", "wants", "language"],
        "additionalProperties": False,
    }


def value(made: dict, language: str) -> dict:
    """The right answer to a ticket.

    Urgency: danger is high, a fault or an order that needs work is normal, a question is low; anger adds a step.
    """
    truth = made["truth"]
    fact = truth["facts"][0]
    topic = _ASKED_BACK.get(fact, facts()[fact]["group"])
    if fact in ("burning", "battery_danger", "ash"):
        step = 2
    else:
        step = 1 if topic == "fault" or fact in (*ORDER_FACTS, "ask_order", "damage_accident", "damage_defect") else 0
    return {
        "topic": topic,
        "urgency": STEPS[min(2, step + truth["angry"])],
        "order_number": truth["order"] or None,
        "wants": _WANTS.get(fact, "information"),
        "language": language,
    }


def sets(seed: int = 77) -> dict[str, list[dict]]:
    """The examples by part, in OpenAI's chat format; no ticket twice in a part."""
    DECKS.clear()
    return {part: _part(part, size, seed) for part, size in SIZES.items()}


def _part(part: str, size: int, seed: int) -> list[dict]:
    rng = random.Random(f"{seed} json {part}")
    rows, seen = [], set()
    while len(rows) < size:
        language = "de" if rng.random() < 0.2 else "en"
        made = ticket(rng.choices(list(KINDS), list(KINDS.values()))[0], language, part, rng)
        asked = made["messages"][0]["content"]
        # Without an order number, what a ticket wants is clear only if the customer waits for a parcel.
        if asked in seen or (made["truth"]["facts"][0] == "ask_order" and not _waits_for_parcel(asked)):
            continue
        seen.add(asked)
        said = json.dumps(value(made, language), ensure_ascii=False)
        roles = ("system", f"{SYSTEM_PROMPT['en']} Answer with JSON."), ("user", asked), ("assistant", said)
        rows.append({"messages": [{"role": role, "content": text} for role, text in roles]})
    return rows


def _waits_for_parcel(asked: str) -> bool:
    return any(
        word in asked.casefold()
        for word in ("where is", "when will", "track", "left your", "arrived yet", "wo bleibt", "wann kommt")
    )
