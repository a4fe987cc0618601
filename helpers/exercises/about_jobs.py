"""Lesson 3: epochs, labels, and a request that does not train twice."""

import builtins
import contextlib
from collections.abc import Iterator
from typing import Any

from .. import tokens
from .exercise import Case, Exercise, NotBegun, NotYet, call, call_with, function, shown
from .pretend_jobs import client_with

SIZES = (1, 3, 4, 6, 10, 15, 24, 33, 34, 50, 100, 5_911)
LABEL = {"course": "exercise", "fingerprint": "a1"}
REQUEST = {"model": "small", "training_file": "file-1", "seed": 42, "metadata": LABEL}
CONTENT, SETTINGS = b'{"messages": []}\n', {"n_epochs": 2, "batch_size": 8}


@contextlib.contextmanager
def _hash_of_the_next_kernel() -> Iterator[None]:
    """While this is open, hash() gives other numbers, as it does when Python starts again."""
    this_kernels = builtins.hash
    builtins.hash = lambda obj, /: this_kernels(obj) ^ 0x5EED
    try:
        yield
    finally:
        builtins.hash = this_kernels


def _judge_label(mine: Any) -> None:
    first = call(mine, CONTENT, SETTINGS)
    if first is None:
        raise NotBegun
    _judge_form(first)
    if call(mine, CONTENT, SETTINGS) != first:
        raise NotYet("called twice with the same data and settings, it gives two labels.")
    with _hash_of_the_next_kernel():
        if call(mine, CONTENT, SETTINGS) != first:
            raise NotYet("it uses hash(), whose numbers change when Python starts again. hashlib's do not.")
    if call(mine, CONTENT, dict(reversed(SETTINGS.items()))) != first:
        raise NotYet(f"with the settings in another order it gives another label: {shown(SETTINGS)}.")
    others = [
        (CONTENT + b"\n", SETTINGS),
        (CONTENT.replace(b"[]", b"{}"), SETTINGS),
        (CONTENT, SETTINGS | {"n_epochs": 3}),
        (CONTENT, SETTINGS | {"batch_size": 16}),
        (CONTENT, {"n_epochs": 8, "batch_size": 2}),
        (CONTENT, {"n_epochs": 2}),
        (CONTENT * 40_000, SETTINGS),
    ]
    for content, settings in others:
        other = call(mine, content, settings)
        _judge_form(other)
        if other == first:
            raise NotYet(f"{shown(content)} with {shown(settings)} gets the label of other data or settings.")


def _judge_form(label: Any) -> None:
    if not isinstance(label, str) or not 0 < len(label) <= 512:
        raise NotYet(f"a label is a text of at most 512 characters, and this one is {shown(label)}.")


STATES = [
    ([], True, "nothing is there yet"),
    ([("running", LABEL)], False, "a job with this label runs"),
    ([("succeeded", LABEL)], False, "a job with this label has succeeded"),
    ([("failed", LABEL)], True, "the job with this label has failed"),
    ([("cancelled", LABEL)], True, "the job with this label was cancelled"),
    ([("running", {**LABEL, "fingerprint": "b2"})], True, "the job that runs has another label"),
    ([("running", None), ("failed", LABEL), ("queued", LABEL)], False, "the oldest of three jobs is ours and waits"),
]


def _judge_once(mine: Any) -> None:
    for there, makes, when in STATES:
        client = _tried(mine, there, makes, when)
        begun = len(client.jobs)
        call_with(mine, client, dict(REQUEST))
        if len(client.jobs) != begun:
            raise NotYet(f"where {when}, a second call trains once more.")


def _tried(mine: Any, there: list, makes: bool, when: str) -> Any:
    """The client after a call of the reader's function. Raises NotYet."""
    client = client_with(*there)
    job = call_with(mine, client, dict(REQUEST))
    if job is None and (not makes or len(client.jobs) == len(there)):
        raise NotBegun
    made = len(client.jobs) - len(there)
    if made != makes:
        raise NotYet(f"where {when}, it starts {made} trainings, and {int(makes)} would be right.")
    wanted = client.jobs[0] if makes else next(j for j in client.jobs if j.metadata == LABEL and j.status != "failed")
    if job is not wanted:
        raise NotYet(f"where {when}, it gives {shown(job)}, and not the job.")
    if makes and wanted.request != REQUEST:
        raise NotYet(f"it asks for {shown(wanted.request)}, and not for the whole request.")
    return client


EXERCISES = [
    Exercise(
        "epochs_when_auto",
        3,
        "easy",
        "Write the function's body.",
        function([Case((n,), tokens.epochs_when_auto(n), f"{tokens.epochs_when_auto(n)} is right") for n in SIZES]),
        "A small file is gone through often, and costs as much as one of a hundred examples.",
        (
            "How often does the number of examples go into 100, in whole numbers? That is `//`.",
            "min() keeps it at 25 at most, max() at 3 at least.",
        ),
    ),
    Exercise(
        "label",
        3,
        "middle",
        "Write the function's body.",
        _judge_label,
        "The same data and settings have the same label, also tomorrow; all others have another.",
        (
            "hashlib.sha256(content).hexdigest() is a short text that stands for the content.",
            "sorted(settings.items()) does not depend on the order in which the settings were written.",
            "Put both into one digest: hash.update(content), then hash.update(repr(…).encode()).",
        ),
    ),
    Exercise(
        "train_once",
        3,
        "hard",
        "Write the function's body.",
        _judge_once,
        "However often its cell runs, it trains once.",
        (
            "Go through client.fine_tuning.jobs.list() before you create anything.",
            'A job counts if its metadata are request["metadata"], and it has neither failed nor been cancelled.',
            "A job's metadata may be None. If no job counts: client.fine_tuning.jobs.create(**request).",
        ),
    ),
]
