"""Lesson 2: lines that are JSON, and files that may be uploaded."""

import json
from typing import Any

from .exercise import Case, Exercise, function, shown


def _line(*messages: tuple[str, Any]) -> str:
    """A line with messages of these roles and contents."""
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in messages]})


def _ten_with(n: int, line: str) -> list[str]:
    """Ten lines, of which only number n, from 1, is not right."""
    return [*TEN[: n - 1], line, *TEN[n:]]


ASKED, SAID = ("user", "Is it loud?"), ("assistant", "62 decibels.")
TEN = [_line(("user", f"Question {n}?"), SAID) for n in range(10)]
GOOD = {
    "it has ten right examples": TEN,
    "JSON without spaces is right, too": [json.dumps(json.loads(line), separators=(",", ":")) for line in TEN],
    "eleven examples, one with a system prompt and two turns, are right": [
        *TEN,
        _line(("system", "Be brief."), ASKED, SAID, ASKED, SAID),
    ],
}
BAD_LINES = {  # the number of the only line that is not right, and that line, which breaks one rule
    "line 4 has no message of the assistant": (4, _line(ASKED, ASKED)),
    "line 2 is not JSON": (2, TEN[1][:-2]),
    "line 6 is a list and no object": (6, f"[{TEN[5]}]"),
    "line 3 has no messages": (3, json.dumps({"prompt": "Is it loud?"})),
    "line 7 has no message at all": (7, _line()),
    "the assistant of line 10 says nothing, only a space": (10, _line(ASKED, ("assistant", " "))),
    "the assistant of line 8 says nothing": (8, _line(ASKED, ("assistant", ""))),
    "the customer of line 9 says nothing": (9, _line(("user", ""), SAID)),
    "what the assistant of line 5 says is null and no text": (5, _line(ASKED, ("assistant", None))),
    "line 1 has a role that the API does not know, beside an assistant": (1, _line(ASKED, ("agent", "Yes?"), SAID)),
    "in line 5 only the customer writes the word assistant": (5, _line(("user", '{"role": "assistant"}'), ASKED)),
}
BAD = {f"{why}: {shown(line)}": (_ten_with(n, line), [n]) for why, (n, line) in BAD_LINES.items()}

ONE = _line(ASKED, SAID)
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


SEVERAL = [_line(ASKED, ("agent", "Yes?")), TEN[1], "{"]
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
                Case((TEN[:9],), False, "nine examples are too few"),
                *(Case((lines,), False, why) for why, (lines, _) in BAD.items()),
            ]
        ),
        f"{1 + len(BAD)} bad files stay here, and {len(GOOD)} good ones may go.",
        (
            "Two looks: at the number of lines, and at each line.",
            'The first exercise has told you whether a line can be read. get("messages", []) gives a list, '
            "whatever the object has.",
            "For each message of an example: is its role system, user or assistant, is its content a text "
            "(isinstance), and is something left of it after strip()? Then: has one of them the role assistant?",
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
                Case((TEN[:9],), [], "no line is bad, and how many there are does not matter here"),
                *(Case((lines,), bad, why) for why, (lines, bad) in BAD.items()),
                Case((SEVERAL,), [1, 3], "lines 1 and 3 are bad, and how many there are does not matter here"),
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
