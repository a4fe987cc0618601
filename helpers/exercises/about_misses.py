"""Lesson 5: five examples for five misses."""

from functools import cache
from typing import Any

from ..t1000 import desk_files, desk_grading
from ..training_data.letter_triples import char_trigrams, jaccard, plain
from .about_data import messages_of
from .exercise import Exercise, NotYet, shown

COPY = 0.8  # of letter triples: from here on two questions are the same


@cache
def _asked(part: str) -> tuple[tuple[str, frozenset[str]], ...]:
    examples, _ = desk_files.load_tickets(part)
    questions = ["\n".join(m["content"] for m in example["messages"] if m["role"] == "user") for example in examples]
    return tuple((question, char_trigrams(question)) for question in questions)


@cache
def _things(part: str) -> dict[str, str]:
    """The things that the tickets of a part ask about, and the rule for each."""
    _, truths = desk_files.load_tickets(part)
    return {plain(thing): fact for truth in truths for fact, thing in truth["things"].items()}


@cache
def _cases(part: str) -> tuple[tuple[str, str], ...]:
    """The rules without a thing that the tickets of a part need, each with its ticket's question."""
    _, truths = desk_files.load_tickets(part)
    asked = zip(_asked(part), truths, strict=True)
    return tuple(
        (fact, plain(question))
        for (question, _), truth in asked
        for fact in truth["facts"]
        if fact not in truth["things"]
    )


def _asks_about(part: str, fact: str, thing: str) -> bool:
    """Whether a ticket of the part asks about this thing, or needs this rule and has these words."""
    return plain(thing) in _things(part) or any(
        other == fact and _has_words(question, thing) for other, question in _cases(part)
    )


def _has_words(text: str, words: str) -> bool:
    return f" {plain(words)} " in f" {plain(text)} "


def _judge_five(mine: Any) -> None:
    if not isinstance(mine, (list, tuple)) or len(mine) != 5:
        raise NotYet(f"a list of five is wanted, and this is {shown(mine)}.")
    seen: list[frozenset[str]] = []
    things: set[str] = set()
    for n, row in enumerate(mine, 1):
        if not isinstance(row, (list, tuple)) or len(row) != 3 or not all(isinstance(x, str) for x in row[:2]):
            raise NotYet(f"no. {n} is not a rule, a thing and an example: {shown(row)}.")
        fact, thing, example = row
        try:
            question, answer = (message["content"] for message in messages_of(example)[1:])
        except NotYet as fault:
            raise NotYet(f"no. {n}: {fault}") from None
        _judge_thing(n, fact, thing, question)
        _judge_answer(n, fact, thing, question, answer)
        triples = char_trigrams(question)
        if plain(thing) in things or any(jaccard(triples, other) >= COPY for other in seen):
            raise NotYet(f"no. {n} asks what an earlier one asks: {question!r}.")
        seen.append(triples)
        things.add(plain(thing))


def _judge_thing(n: int, fact: str, thing: str, question: str) -> None:
    if fact not in desk_grading.load_handbook().index:
        raise NotYet(f"no. {n}: {fact!r} is not a rule of the handbook. The column `missing` has the ids of rules.")
    if not plain(thing) or not _has_words(question, thing):
        raise NotYet(f"no. {n}: the customer's question does not name {thing!r}: {question!r}.")
    for part in ("validation", "test"):
        if _asks_about(part, fact, thing):
            raise NotYet(f"no. {n}: the {part} tickets ask about {thing!r}, and must not be trained on.")
    known = _things("train").get(plain(thing), fact)
    if known != fact:
        raise NotYet(f"no. {n}: for {thing!r} the rule is {known!r}, not {fact!r}.")


def _judge_answer(n: int, fact: str, thing: str, question: str, answer: str) -> None:
    things = {fact: thing} if fact in _things("train").values() else {}
    truth = {"facts": [fact], "things": things, "details": [], "name": "", "angry": False, "order": ""}
    grades = desk_grading.grade_one(answer, question, truth)
    if not grades.pop("right"):
        faults = "; ".join(f"{kind}: {what}" for kind, what in grades.items() if what)
        raise NotYet(f"no. {n}: the desk's grader does not accept {answer!r} ({faults}).")
    triples = char_trigrams(question)
    for part in ("train", "validation", "test"):
        for other, others in _asked(part):
            if jaccard(triples, others) >= COPY:
                raise NotYet(f"no. {n} is a copy of a {part} ticket: {other!r}.")


EXERCISES = [
    Exercise(
        "five_examples",
        5,
        "hard",
        "Put five rows of rule, thing and example into `mine`.",
        _judge_five,
        "The desk's grader accepts all five, and none is a copy of a ticket.",
        (
            "Take a miss. Which rule did it need (`missing`)? Think of another thing of the same kind, or of other "
            "words for the same trouble.",
            'One row: ("liquids", "beetroot soup", {"messages": [...]}), with the system prompt of all examples.',
            "The answer states the rule's fact, names the thing if the rule is about one, and nothing else. "
            "How does the handbook say it?",
        ),
    )
]
