"""Lesson 3: epochs, labels, and a request that does not train twice."""

from typing import Any

from .. import tokens
from .exercise import Case, Exercise, NotBegun, NotYet, call_with, function, shown
from .label_trials import judge_label
from .pretend_jobs import client_with

SIZES = (1, 3, 4, 6, 10, 15, 24, 33, 34, 50, 100, 5_911)
LABEL = {"course": "exercise", "fingerprint": "a1"}
REQUEST = {"model": "small", "training_file": "file-1", "seed": 42, "metadata": LABEL}

STATES = [
    ([], True, "nothing is there yet"),
    ([("running", LABEL)], False, "a job with this label runs"),
    ([("succeeded", LABEL)], False, "a job with this label has succeeded"),
    ([("failed", LABEL)], True, "the job with this label has failed"),
    ([("cancelled", LABEL)], True, "the job with this label was cancelled"),
    ([("running", {**LABEL, "fingerprint": "b2"})], True, "the job that runs has another label"),
    ([("validating_files", LABEL)], False, "the API still reads the files of a job with this label"),
    ([("running", None), ("failed", LABEL), ("queued", LABEL)], False, "the oldest of three jobs is ours and waits"),
    ([("cancelled", LABEL), ("succeeded", LABEL)], False, "the job with this label succeeded before one was cancelled"),
    ([("succeeded", None)] * 120 + [("running", LABEL)], False, "120 jobs are newer than ours, more than a page holds"),
]


def _judge_once(mine: Any) -> None:
    for there, makes, when in STATES:
        client = _tried(mine, there, makes, when)
        begun = len(client.jobs)
        call_with(mine, client, dict(REQUEST))
        if len(client.jobs) != begun:
            raise NotYet(f"where {when}, a second call trains once more.")


def _counts(job: Any) -> bool:
    return job.metadata == LABEL and job.status not in ("failed", "cancelled")


def _tried(mine: Any, there: list, makes: bool, when: str) -> Any:
    """The client after a call of the reader's function. Raises NotYet."""
    client = client_with(*there)
    job = call_with(mine, client, dict(REQUEST))
    if job is None and (not makes or len(client.jobs) == len(there)):
        raise NotBegun
    made = len(client.jobs) - len(there)
    if made != makes:
        raise NotYet(f"where {when}, it starts {made} trainings, and {int(makes)} would be right.")
    wanted = client.jobs[0] if makes else next(j for j in client.jobs if _counts(j))
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
        "A small file is gone through often: until about a hundred examples have been read.",
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
        judge_label,
        "The same data and settings have the same label, also tomorrow; all others have another.",
        (
            "The label must be short, however long the file is, and must change with each character of it. "
            "hashlib has functions for that, called digests.",
            "Settings in another order are the same settings: bring them into one order first. And the label must "
            "stay short, however many there are.",
            "hashlib.sha256(…) takes bytes; update(…) adds more of them, and hexdigest() gives the text. "
            "repr(…).encode() makes bytes of anything.",
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
