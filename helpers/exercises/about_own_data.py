"""Lesson 8: how busy a desk must be, a mask for a company's own numbers, and a report read into a verdict."""

from types import SimpleNamespace
from typing import Any

from ..costs import payback
from .exercise import Case, Exercise, function

STARTS, RETIRES, DAYS_LEFT = "2026-11-22", "2027-01-14", 53
MASK = "[card]"


class _Gain:
    """As the lesson's function `gain`: it costs so many USD, and a conversation saves so many."""

    def __init__(self, cost: float, saved: float):
        self.cost, self.saved = cost, saved

    def __call__(self, a_day: int) -> Any:
        paid = payback(self.cost, self.saved, 0, a_day=a_day, start=STARTS, retires=RETIRES)
        return SimpleNamespace(usd=a_day * DAYS_LEFT * self.saved - self.cost, payback=paid)

    def __repr__(self) -> str:
        return "gain"


BUSY = [
    Case(
        (_Gain(cost, saved),),
        wanted,
        f"at {cost:g} USD to begin with, {saved:g} saved by a conversation and {DAYS_LEFT} days, {wanted} is right",
    )
    for cost, saved, wanted in ((960, 0.5, 37), (10, 0.5, 1), (100, 0.25, 8), (5_000, 0.5, 189), (27, 0.25, 3))
]
MASKED = [
    Case((text,), text if wanted is None else wanted, why)
    for text, wanted, why in (
        ("My card is MPL-204-1187.", f"My card is {MASK}.", "this is a card's number as it is printed"),
        ("mpl 204 1187 does not work", f"{MASK} does not work", "customers write small letters and spaces"),
        ("MPL2041187 and\nMPL-991-0042?", f"{MASK} and\n{MASK}?", "there are two, and one has no hyphens"),
        ("Mpl-204 1187, my son's", f"{MASK}, my son's", "hyphens and spaces may be mixed"),
        ("It is (MPL-204-1187)", f"It is ({MASK})", "brackets are not part of the number"),
        ("Case MB-2100, please", None, "this is the number of a case"),
        ("Call me: 204-1187", None, "this is a telephone number"),
        ("ISBN 978-0-204-11870-1", None, "this is the number of a book"),
        ("Shelf MPL-204-11875", None, "a card's number has four digits at its end, not five"),
        ("The printer XMPL-204-1187", None, "this is another thing's number, with a letter more"),
        ("Is MPL open on 24 December 2026?", None, "there is no card's number"),
    )
]
GOOD = {
    "examples": 129,
    "findings left": 0,
    "search right": (0.33, 0.74),
    "tuned right": (0.71, 0.92),
    "wanted share": 0.6,
    "may train": True,
    "gain in USD": 740.5,
    "wanted gain in USD": 500,
}
REPORTS = [
    Case((GOOD | change,), wanted, why)
    for change, wanted, why in (
        ({}, "go", "every condition is met"),
        ({"gain in USD": -959.18}, "no-go", "the gain is too small"),
        ({"gain in USD": 500}, "go", "a gain of exactly what is wanted is enough"),
        ({"examples": 49}, "no-go", "49 examples are too few"),
        ({"examples": 50}, "go", "50 examples are enough"),
        ({"findings left": 1}, "no-go", "a finding is left"),
        ({"search right": (0.91, 0.99)}, "no-go", "a search alone is surely right nine times of ten"),
        ({"search right": (0.85, 0.97)}, "go", "a search may be right nine times of ten, and not surely"),
        ({"tuned right": (0.31, 0.55)}, "no-go", "the tuned model is surely below the wanted share"),
        ({"tuned right": (0.49, 0.87)}, "open", "the wanted share lies within the interval"),
        ({"may train": None}, "open", "nobody asked whether the account may train"),
        ({"may train": False}, "no-go", "the account may not train"),
        ({"may train": None, "findings left": 3}, "no-go", "a finding is left, whatever else is not known"),
        ({"tuned right": (0.49, 0.87), "gain in USD": 20}, "no-go", "the gain is too small, whatever else is open"),
        ({"wanted share": 0.8}, "open", "80 % lies within the interval"),
    )
]

EXERCISES = [
    Exercise(
        "least_a_day",
        8,
        "easy",
        "Write the function's body.",
        function(BUSY),
        "One conversation fewer a day, and the work is not paid when the model is gone.",
        (
            "gain(1) is the gain with one conversation a day. It has `usd`, which may be below zero.",
            "Try 1, 2, 3 … until the gain is not below zero any more.",
        ),
    ),
    Exercise(
        "masked",
        8,
        "middle",
        "Write the function's body.",
        function(MASKED),
        "It masks six numbers in their spellings, and touches no other number.",
        (
            "re.sub(pattern, replacement, text, flags=re.IGNORECASE) replaces all of them.",
            "[- ]? is a hyphen, a space, or neither; [0-9]{3} are three digits.",
            "\\b before and after it: then no letter or digit may stand there.",
        ),
    ),
    Exercise(
        "go_or_not",
        8,
        "hard",
        "Write the function's body.",
        function(REPORTS),
        "One condition that is not met decides; what is not known only keeps it open.",
        (
            "Make a list with True, False or None for each condition, as the table has it.",
            "An interval decides only if all of it lies on one side; else None.",
            'Is False in the list? "no-go". If not, is None in it? "open".',
        ),
    ),
]
