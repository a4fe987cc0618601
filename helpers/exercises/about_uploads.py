"""Lesson 2: lines that are JSON, and files that may be uploaded."""

import json
from typing import Any

from .exercise import Case, Exercise, function


def _line(question: str = "Is it loud?", answer: str = "62 decibels.", role: str = "assistant", **changes) -> str:
    messages = [{"role": "user", "content": question}, {"role": role, "content": answer}]
    return json.dumps({"messages": messages} | changes)


TEN = [_line(f"Question {n}?") for n in range(10)]
TWO_TURNS = json.dumps(
    {"messages": [{"role": role, "content": "Again?"} for role in ("user", "assistant", "user", "assistant")]}
)
GOOD = {
    "it has ten right examples": TEN,
    "JSON without spaces is right, too": [json.dumps(json.loads(line), separators=(",", ":")) for line in TEN],
    "eleven examples, one with two turns, are right": [*TEN, TWO_TURNS],
}
BAD = {
    "seven examples are too few": (TEN[:7], []),
    "line 4 has no message of the assistant": ([*TEN[:3], _line(role="user"), *TEN[4:]], [4]),
    "line 2 is not JSON": ([TEN[0], TEN[1][:-2], *TEN[2:]], [2]),
    "the assistant of line 10 says nothing": ([*TEN[:9], _line(answer=" ")], [10]),
    "line 1 has a role that the API does not know": ([_line(role="agent"), *TEN[1:]], [1]),
    "in line 5 only the customer writes the word assistant": (
        [*TEN[:4], _line('{"role": "assistant"}', role="user"), *TEN[5:]],
        [5],
    ),
    "line 3 has no messages": ([*TEN[:2], json.dumps({"prompt": "Is it loud?"}), *TEN[3:]], [3]),
}

ONE = _line()
OBJECTS = [
    Case((line,), wanted, why)
    for line, wanted, why in (
        (ONE, True, "this line is right"),
        (ONE + "\n", True, "the end of a line belongs to no example"),
        ('{"prompt": "Is it loud?"}', True, "it is an object, even if it is no example"),
        ("{}", True, "this is an object, an empty one"),
        (str(json.loads(ONE)), False, "this is how Python prints a dictionary; JSON has double quotes"),
        (ONE[:-2], False, "it is cut off"),
        (ONE[:-1] + ",}", False, "JSON has no comma before the bracket"),
        ("{", False, "an example over several lines is no line of JSON Lines"),
        (ONE + ONE, False, "two examples stand in one line"),
        (f"[{ONE}]", False, "this is a list, and not an object"),
        ("62", False, "this is JSON, and not an object"),
        ("null", False, "this is JSON, and not an object"),
        ("Is it loud?,62 decibels.", False, "this is a line of a table, as CSV"),
        ("", False, "there is nothing"),
    )
]


def _same_lines(given: Any, wanted: list[int]) -> bool:
    return not isinstance(given, (str, bytes, dict)) and sorted(map(int, given)) == wanted


SEVERAL = [_line(role="agent"), *TEN[1:5], "{", *TEN[6:]]
EXERCISES = [
    Exercise(
        "a_json_object",
        2,
        "easy",
        "Write the function's body.",
        function(OBJECTS),
        "The first rule of a check before the upload: what cannot be read cannot train.",
        (
            "json.loads(line) reads a line, and raises ValueError where it is not JSON: try, and except ValueError.",
            "An object becomes a dictionary: isinstance(…, dict) is True for it, and for nothing else in JSON.",
        ),
    ),
    Exercise(
        "may_upload",
        2,
        "middle",
        "Write the function's body.",
        function(
            [
                *(Case((lines,), True, why) for why, lines in GOOD.items()),
                *(Case((lines,), False, why) for why, (lines, _) in BAD.items()),
            ]
        ),
        "Seven bad files stay here, and three good ones may go.",
        (
            "Two looks: at the number of lines, and at each line.",
            "The first exercise has told you whether a line can be read.",
            "For each message of an example: is its role system, user or assistant, and is there a text? "
            "Then: has one of them the role assistant?",
        ),
    ),
    Exercise(
        "bad_lines",
        2,
        "hard",
        "Write the function's body.",
        function(
            [
                *(Case((lines,), [], f"no line is bad: {why}") for why, lines in GOOD.items()),
                *(Case((lines,), bad, f"{why}") for why, (lines, bad) in BAD.items() if bad),
                Case((SEVERAL,), [1, 6], "lines 1 and 6 are bad"),
            ],
            _same_lines,
        ),
        "Whoever made the file now knows where to look.",
        (
            "Take the look at one line out of may_upload, into a function of its own.",
            "enumerate(lines, 1) counts lines from 1.",
        ),
    ),
]
