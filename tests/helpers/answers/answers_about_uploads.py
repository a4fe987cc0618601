"""Right and wrong answers to the exercises of lesson 2, as readers may give them."""

import ast
import json

import numpy as np


def good_line(line):
    try:
        said = json.loads(line)["messages"]
    except (ValueError, KeyError):
        return False
    roles = [m["role"] for m in said]
    texts = all(m["content"].strip() for m in said)
    return texts and set(roles) <= {"system", "user", "assistant"} and "assistant" in roles


def bad_lines(lines):
    return [n for n, line in enumerate(lines, 1) if not good_line(line)]


def reads_as_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def reads_or_none(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


RIGHT = {
    "a_json_object": [
        reads_as_object,
        lambda line: np.bool_(reads_as_object(line)),
        lambda line: type(reads_or_none(line)) is dict,
        lambda line: hasattr(reads_or_none(line), "keys"),
    ],
    "may_upload": [
        lambda lines: len(lines) >= 10 and not bad_lines(lines),
        lambda lines: np.bool_(len(lines) > 9 and all(map(good_line, lines))),
        lambda lines: False if len(lines) < 10 else min(good_line(line) for line in lines),
    ],
    "bad_lines": [
        bad_lines,
        lambda x: tuple(bad_lines(x)),
        lambda x: np.array(bad_lines(x)),
        lambda x: set(bad_lines(x)),
    ],
}


WRONG = {
    "a_json_object": [
        lambda line: True,
        lambda line: False,
        lambda line: line.startswith("{"),
        lambda line: line.strip().startswith("{") and line.strip().endswith("}"),
        lambda line: reads_or_none(line) is not None,
        lambda line: bool(json.loads(line)),
        lambda line: isinstance(ast.literal_eval(line.strip().replace("null", "None") or "0"), dict),
        lambda line: '"messages"' in line,
        lambda line: bool(reads_or_none(line)) and "messages" in line,
        lambda line: "yes" if reads_as_object(line) else "no",
        reads_or_none,
    ],
    "may_upload": [
        lambda lines: len(lines) >= 10,
        lambda lines: all(map(good_line, lines)),
        lambda lines: len(lines) >= 10 and all('"role": "assistant"' in line for line in lines),
        lambda lines: len(lines) >= 10 and all('"role":"assistant"' in line.replace(" ", "") for line in lines),
        lambda lines: len(lines) == 10 and all(map(good_line, lines)),
        lambda lines: bool(json.loads(lines[1])),
        lambda lines: "yes",
    ],
    "bad_lines": [
        lambda lines: [],
        lambda lines: [n - 1 for n in bad_lines(lines)],
        lambda lines: bad_lines(lines)[:1],
        lambda lines: [lines[n - 1] for n in bad_lines(lines)],
        lambda lines: not bad_lines(lines),
        lambda lines: len(bad_lines(lines)),
    ],
}
