"""Training examples whose entries state other numbers than the handbook, so that only reading gives the answer."""

import random
import re

WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FORMS = (WORDS, tuple(map(str, range(1, 10))), tuple(map(str, range(10, 100))))
# A number and its unit: "24 hours", "three-year". Not a part's name (F-10), a decimal or a number of three digits.
NUMBER = re.compile(rf"(?<![\w.,-])({'|'.join(WORDS)}|[1-9]\d?)([ -][a-z]+)", re.IGNORECASE)
COPIES, SEED = 3, 42


def with_other_numbers(examples: list[dict], copies: int = COPIES, seed: int = SEED) -> list[dict]:
    """Examples with entries in their prompt; where entry and answer state the same number, copies with other numbers.

    Each copy has numbers of its own, the same in prompt and answer. The customer's words stay, so an example whose
    customer names the number stays as it is, like those without a number.
    """
    rng = random.Random(seed)
    varied = []
    for example in examples:
        stated = sorted(_shared(example))
        varied += [_replaced(example, stated, rng) for _ in range(copies)] if stated else [example]
    return varied


def _shared(example: dict) -> set[str]:
    """The numbers, each with its unit, that the prompt's entries and the answer state, but not the customer."""
    system, *talk, answer = [message["content"] for message in example["messages"]]
    told = _tokens(" ".join(talk))
    return {quantity for quantity in _found(system) & _found(answer) if _number(quantity) not in told}


def _found(text: str) -> set[str]:
    return {match[0].lower() for match in NUMBER.finditer(text)}


def _number(quantity: str) -> str:
    return re.split("[ -]", quantity)[0]


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _replaced(example: dict, stated: list[str], rng: random.Random) -> dict:
    """The example with another number of the same form for each of those stated, none that it has already."""
    taken, new = _tokens(" ".join(message["content"] for message in example["messages"])), {}
    for quantity in stated:
        form = next(numbers for numbers in FORMS if _number(quantity) in numbers)
        new[quantity] = rng.choice([number for number in form if number not in taken])
        taken.add(new[quantity])

    def other(match: re.Match) -> str:
        return new[match[0].lower()] + match[2] if match[0].lower() in new else match[0]

    system, *talk, answer = example["messages"]
    system, answer = (message | {"content": NUMBER.sub(other, message["content"])} for message in (system, answer))
    return example | {"messages": [system, *talk, answer]}
