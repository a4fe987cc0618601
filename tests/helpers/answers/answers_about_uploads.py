"""Right and wrong answers to the exercises of lesson 2, as readers may give them."""

import ast
import json

import numpy as np

ROLES = {"system", "user", "assistant"}


def messages_of(line):
    try:
        return json.loads(line)["messages"]
    except (ValueError, KeyError, TypeError):
        return []


def texts_of(line):
    return [m["content"] for m in messages_of(line)]


def roles_of(line):
    return [m["role"] for m in messages_of(line)]


def good_line(line):
    texts = all(text and text.strip() for text in texts_of(line))
    return texts and set(roles_of(line)) <= ROLES and "assistant" in roles_of(line)


def any_roles(line):
    return all(text and text.strip() for text in texts_of(line)) and "assistant" in roles_of(line)


def no_assistant_needed(line):
    return bool(messages_of(line)) and all(m["role"] in ROLES and m["content"].strip() for m in messages_of(line))


def spaces_are_text(line):
    return all(texts_of(line)) and set(roles_of(line)) <= ROLES and "assistant" in roles_of(line)


def empty_text_is_text(line):
    texts = all(isinstance(text, str) for text in texts_of(line))
    return texts and set(roles_of(line)) <= ROLES and "assistant" in roles_of(line)


def only_the_assistants_text(line):
    said = [m["content"] for m in messages_of(line) if m["role"] == "assistant"]
    return any(text and text.strip() for text in said) and set(roles_of(line)) <= ROLES


def null_stops_it(line):
    return all(text.strip() for text in texts_of(line)) and good_line(line)


def lists_stop_it(line):
    try:
        json.loads(line).get("messages")
    except ValueError:
        return False
    return good_line(line)


def no_system_prompt(line):
    return good_line(line) and set(roles_of(line)) <= {"user", "assistant"}


BAD_LOOKS = [
    any_roles,
    no_assistant_needed,
    spaces_are_text,
    empty_text_is_text,
    only_the_assistants_text,
    null_stops_it,
    lists_stop_it,
    no_system_prompt,
]


def ten_that(is_good):
    return lambda lines: len(lines) >= 10 and all(map(is_good, lines))


def those_not(is_good):
    return lambda lines: [n for n, line in enumerate(lines, 1) if not is_good(line)]


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
        *map(ten_that, BAD_LOOKS),
        lambda lines: len(lines) >= 9 and all(map(good_line, lines)),
        lambda lines: len(lines) > 10 and all(map(good_line, lines)),
        lambda lines: len(lines) >= 10,
        lambda lines: all(map(good_line, lines)),
        lambda lines: len(lines) >= 10 and all('"role": "assistant"' in line for line in lines),
        lambda lines: len(lines) >= 10 and all('"role":"assistant"' in line.replace(" ", "") for line in lines),
        lambda lines: len(lines) == 10 and all(map(good_line, lines)),
        lambda lines: bool(json.loads(lines[1])),
        lambda lines: "yes",
    ],
    "bad_lines": [
        *map(those_not, BAD_LOOKS),
        lambda lines: bad_lines(lines) if len(lines) >= 10 else list(range(1, len(lines) + 1)),
        lambda lines: bad_lines(lines) if len(lines) >= 10 else [],
        lambda lines: [],
        lambda lines: [n - 1 for n in bad_lines(lines)],
        lambda lines: bad_lines(lines)[:1],
        lambda lines: [lines[n - 1] for n in bad_lines(lines)],
        lambda lines: not bad_lines(lines),
        lambda lines: len(bad_lines(lines)),
    ],
}
