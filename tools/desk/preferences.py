"""Makes preference pairs of the desk's tickets: its answer, and a copy of it with one fault, which is not preferred.

Each fault is one that agents make. A pair is kept only if the rules of `desk_faults` find no fault in the desk's
answer, and in the other answer that fault alone.
"""

import random
import re
from collections.abc import Iterator

from helpers.t1000.desk_faults import FAULTS, faults

from .banks import GROUPS, shared_out
from .details import order_number
from .items import wording

SIZES = {"train": 600, "validation": 100, "test": 150}
WITH_THINGS = ("vacuum", "surface", "cleaning", "shipping")  # groups whose rules name a thing
_GREETING = re.compile(r"^Dear [^,]+, ")
_COURTESY = re.compile(r"^(?:I am sorry|We are sorry|Please excuse|Thank you)[^.]*\. ")


def pairs(part: str, examples: list[dict], truths: list[dict], seed: int = 2026) -> tuple[list[dict], list[dict]]:
    """Pairs in OpenAI's preference format, and for each pair its fault and the line of its ticket in the part's file.

    The faults are about equally frequent. Raises RuntimeError where there are too few tickets.
    """
    rng = random.Random(f"{seed} preferences {part}")
    lines, made, labels = list(range(len(examples))), [], []
    counts = dict.fromkeys(FAULTS, 0)
    for n in rng.sample(lines, len(lines)):
        if len(made) == SIZES[part]:
            return made, labels
        for fault in sorted(FAULTS, key=lambda name: counts[name]):
            if counts[fault] < SIZES[part] / len(FAULTS) and (
                spoiled := _spoiled(fault, part, examples[n], truths[n], rng)
            ):
                counts[fault] += 1
                made.append(_pair(examples[n]["messages"], spoiled))
                labels.append({"ticket": n + 1, "fault": fault})
                break
    raise RuntimeError(f"{part} has too few tickets for {SIZES[part]} pairs: only {len(made)}.")


def _pair(messages: list[dict], spoiled: str) -> dict:
    return {
        "input": {"messages": messages[:-1]},
        "preferred_output": messages[-1:],
        "non_preferred_output": [{"role": "assistant", "content": spoiled}],
    }


def _spoiled(fault: str, part: str, example: dict, truth: dict, rng: random.Random) -> str:
    """The desk's answer with this fault and no other, or "" where the ticket gives no occasion for it."""
    *before, answer = [message["content"] for message in example["messages"]]
    ticket = "\n".join(before[1:])
    if faults(answer, ticket, truth):
        return ""
    ways = {
        "another rule": lambda: _by_another_rule(answer, ticket, truth, rng),
        "half an answer": lambda: _halves(answer, truth),
        "wrong detail": lambda: _with_another_detail(answer, truth, rng),
        "promise": lambda: _with_a_promise(answer, truth, part, rng),
        "curt": lambda: _curt(answer, truth),
    }
    return next((text for text in ways[fault]() if faults(text, ticket, truth) == [fault]), "")


def _by_another_rule(answer: str, ticket: str, truth: dict, rng: random.Random) -> Iterator[str]:
    """What the desk says about things of another class, said of this one."""
    if len(truth["facts"]) > 1 or truth["groups"][0] not in WITH_THINGS:
        return
    [fact], [group] = truth["facts"], truth["groups"]
    named = re.search(rf"(?:\b(?:an?|the|my|some) )?{re.escape(truth['things'][fact])}", ticket, re.IGNORECASE)
    greeting = _GREETING.match(answer)
    for other in rng.sample(GROUPS[group], len(GROUPS[group])):
        if named and other != fact:
            said = wording(other, "en", rng, x=named.group())
            yield f"{greeting.group()}{said[0].lower()}{said[1:]}" if greeting else said


def _halves(answer: str, truth: dict) -> Iterator[str]:
    """The answer without its first or its last sentences."""
    greeting = _GREETING.match(answer)
    start = greeting.group() if greeting else ""
    said = re.split(r"(?<=[.!?]) ", answer.removeprefix(start))
    for cut in range(1, len(said)) if len(truth["facts"]) == 2 else ():
        yield start + " ".join(said[:cut])
        yield start + " ".join(said[cut:])


def _with_another_detail(answer: str, truth: dict, rng: random.Random) -> Iterator[str]:
    """Another order number, or a warranty that ends a year or two too early."""
    if truth["order"] in answer and truth["order"]:
        yield answer.replace(truth["order"], order_number(rng))
    for year in re.findall(r"\b20\d\d\b", answer):
        yield answer.replace(year, str(int(year) - rng.choice((1, 2))))


def _with_a_promise(answer: str, truth: dict, part: str, rng: random.Random) -> Iterator[str]:
    """The answer with a promise after it; training, validation and test have different promises."""
    if truth["kind"] not in ("off topic", "asks back"):
        yield f"{answer} {rng.choice(shared_out('en', 'promises', 'promises')[part])}"


def _curt(answer: str, truth: dict) -> Iterator[str]:
    """The answer without its greeting, and without its thanks or regret."""
    if truth["name"] and (greeting := _GREETING.match(answer)):
        said = _COURTESY.sub("", answer[greeting.end() :])
        said = re.sub(r"^please |,? please(?=[ ,.])", "", said, flags=re.IGNORECASE)
        yield re.sub(r"(?:^|(?<=\. ))[a-z]", lambda first: first.group().upper(), said)
