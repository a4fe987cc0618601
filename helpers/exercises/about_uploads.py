"""Lesson 2: which files may be uploaded."""

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


def _same_lines(given: Any, wanted: list[int]) -> bool:
    return not isinstance(given, (str, bytes, dict)) and sorted(map(int, given)) == wanted


SEVERAL = [_line(role="agent"), *TEN[1:5], "{", *TEN[6:]]
EXERCISES = [
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
            "json.loads(line) reads a line, and raises ValueError where it is not JSON.",
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
