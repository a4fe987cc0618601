"""Takes questions from the first T-1000 data where their answer is still a fact of the desk's handbook."""

import json
import re
from functools import cache

from helpers.paths import DATA

from .banks import PARTS, bank, facts, shared_out, table

# These facts now depend on a thing that the question names: only the banks ask about them.
_ASKED_ANEW = ("liquids", "ash", "sharp", "cleaner", "carpet", "pet_hair", "delivery_to")
_BY_FREQUENCY = """
    off_topic suction noise burning shuts_off charging runtime repair warranty error_e4 brush_stuck red_light delivery
    filter_interval filter_wash returns quiet tube handheld error_e7 spare_battery car container_stuck storage hotline
    invoice third_party emptying serial weight app
""".split()


@cache
def closed(language: str, part: str) -> dict[str, list[str]]:
    """Questions by fact, with those of symptoms.txt."""
    answers = _facts_of_answers(language)
    found: dict[str, list[str]] = {}
    for line in (DATA / language / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
        _, asked, said = (message["content"] for message in json.loads(line)["messages"])
        fact = answers.get(said)
        if fact and fact not in _ASKED_ANEW and _has_the_same_answer(asked, fact):
            found.setdefault(fact, []).append(asked)
    for fact in bank(language, "symptoms"):
        found.setdefault(fact, []).extend(shared_out(language, "symptoms", fact)[part])
    return {fact: list(dict.fromkeys(asked)) for fact, asked in found.items() if asked}


def _has_the_same_answer(asked: str, fact: str) -> bool:
    """Whether the new rules answer it as the old ones did, and it has neither placeholders nor long numbers."""
    other = {row["fact"]: row["pattern"] for row in table("other_answer_today.csv")}
    return not re.search(r"[\[@<{]|\d{6}", asked) and not re.search(other.get(fact, "(?!)"), asked, re.IGNORECASE)


def _facts_of_answers(language: str) -> dict[str, str]:
    return {row[f"answer_{language}"]: fact for fact, row in facts().items()}


def rank(language: str) -> list[str]:
    """The facts of closed questions, from the one that is asked most to the one that is asked least."""
    known = set().union(*(closed(language, part) for part in PARTS))
    return [fact for fact in _BY_FREQUENCY if fact in known]
