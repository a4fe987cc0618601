"""Whether a function makes a label of a file and settings, by which a job is found again."""

import builtins
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from .exercise import NotBegun, NotYet, call, shown

SETTINGS = {"n_epochs": 2, "batch_size": 8}
MANY_SETTINGS = {f"setting_{n}_with_a_long_name_that_takes_room": f"value {n}, {'long ' * 10}" for n in range(12)}
MANY_FILES = 2_000
MAX_LABEL = 512  # characters that the API keeps for a value in metadata


def _file(*answers: str) -> bytes:
    """A training file, as each one begins: with the same system prompt."""
    first = {"role": "system", "content": "T-1000 service desk. Be brief."}
    said = [[first, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": answer}] for answer in answers]
    return "".join(json.dumps({"messages": messages}) + "\n" for messages in said).encode()


ANSWERS = [f"Answer {n}." for n in range(100)]
CONTENT = _file(*ANSWERS)
OTHER_DATA = {
    "the file has one line more": CONTENT + _file("Answer 100."),
    "the file's last line is another": _file(*ANSWERS[:-1], "Thanks."),
    "the file ends with another character": CONTENT[:-1] + b" ",
    "one character in the middle of the file is another": _file(*ANSWERS[:50], "Answer 5O.", *ANSWERS[51:]),
    "two lines of the file are exchanged": _file(*ANSWERS[:50], *ANSWERS[51:49:-1], *ANSWERS[52:]),
    "the file's first line is gone": _file(*ANSWERS[1:]),
    "the file stands there twice": CONTENT * 2,
}
OTHER_SETTINGS = {
    "n_epochs is 3 and not 2": SETTINGS | {"n_epochs": 3},
    "batch_size is 16 and not 8": SETTINGS | {"batch_size": 16},
    "the values are exchanged": {"n_epochs": 8, "batch_size": 2},
    "a setting is missing": {"n_epochs": 2},
    "a setting is there as well": SETTINGS | {"seed": 42},
    'n_epochs is "2", a text, and not 2': SETTINGS | {"n_epochs": "2"},
    'n_epochs is "auto"': SETTINGS | {"n_epochs": "auto"},
    "there are no settings": {},
    "there are 12 settings": MANY_SETTINGS,
    "the last of 12 settings is another": MANY_SETTINGS | {list(MANY_SETTINGS)[-1]: "short"},
    "n_epochs is 12 and batch_size 1": {"n_epochs": 12, "batch_size": 1},
    "n_epochs is 2 and batch_size 11": {"n_epochs": 2, "batch_size": 11},
}


def judge_label(mine: Any) -> None:
    """Raises NotBegun, or NotYet where a label is not one, or stands for two files or settings."""
    first = call(mine, CONTENT, SETTINGS)
    if first is None:
        raise NotBegun
    _judge_form(first, "for a file of 100 lines and two settings")
    if call(mine, CONTENT, SETTINGS) != first:
        raise NotYet("called twice with the same data and settings, it gives two labels.")
    with _hash_of_the_next_kernel():
        if call(mine, CONTENT, SETTINGS) != first:
            raise NotYet("it uses hash(), whose numbers change when Python starts again. hashlib's do not.")
    for settings in (SETTINGS, MANY_SETTINGS):
        if call(mine, CONTENT, dict(reversed(settings.items()))) != call(mine, CONTENT, settings):
            raise NotYet(f"with the settings in another order it gives another label: {shown(settings)}.")
    _judge_others(mine, first)


def _judge_others(mine: Any, first: str) -> None:
    others = {what: (content, SETTINGS) for what, content in OTHER_DATA.items()}
    others |= {what: (CONTENT, settings) for what, settings in OTHER_SETTINGS.items()}
    before = {first: "nothing is changed"}
    for what, (content, settings) in others.items():
        label = call(mine, content, settings)
        _judge_form(label, f"where {what}")
        if label in before:
            raise NotYet(f"where {what}, it gives the same label as where {before[label]}.")
        before[label] = what
    if len({call(mine, _file(str(n)), SETTINGS) for n in range(MANY_FILES)}) < MANY_FILES:
        raise NotYet(f"of {MANY_FILES:,} files, two get the same label: {shown(first)} is too short.")


def _judge_form(label: Any, where: str) -> None:
    if not isinstance(label, str) or not label:
        raise NotYet(f"a label is a text, and {where} this one is {shown(label)}.")
    if len(label) > MAX_LABEL:
        raise NotYet(f"{where}, the label has {len(label)} characters, and metadata take {MAX_LABEL} at most.")


@contextlib.contextmanager
def _hash_of_the_next_kernel() -> Iterator[None]:
    """While this is open, hash() gives other numbers, as it does when Python starts again."""
    this_kernels = builtins.hash
    builtins.hash = lambda obj, /: this_kernels(obj) ^ 0x5EED
    try:
        yield
    finally:
        builtins.hash = this_kernels
