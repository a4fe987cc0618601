"""The second training of lesson 5: the tuned model learns to read entries of the handbook in its prompt."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
from openai import OpenAI

from .. import jobs, training_data
from .desk_retrieval import examples_with_entries
from .other_numbers import with_other_numbers

SUFFIX = "entries"
SETTINGS = {"n_epochs": 1, "batch_size": 8, "learning_rate_multiplier": 1.0}  # a smaller rate: most is learned already


def examples_to_read(handbook: pd.DataFrame, examples: list[dict], truths: list[dict]) -> list[dict]:
    """An eighth of the examples, each with the entries that a search finds which does not know them.

    Where an entry and the answer state the same number, both get another one: only who reads the entry can know it.
    """
    return with_other_numbers(examples_with_entries(handbook, examples, truths))


def one_with_another_number(made: list[dict]) -> list[dict]:
    """The messages of the first of these examples in which entry and answer got another number.

    Raises ValueError if there is none.
    """
    for one, other in pairwise(made):  # only such an example has copies, which differ in their numbers
        if one["messages"][1:-1] == other["messages"][1:-1] and one["messages"][-1] != other["messages"][-1]:
            return one["messages"]
    raise ValueError("No example got another number: no entry and answer state the same one.")


def request(client: OpenAI, tuned: str, seed: int, made: list[dict]) -> dict:
    """What `jobs.train_once` needs to train on the examples of `examples_to_read`, once their file is uploaded."""
    path = Path(tempfile.mkdtemp()) / "train_with_entries.jsonl"
    training_data.write_jsonl(path, made)
    return {
        "model": tuned,
        "training_file": jobs.upload_once(client, path).id,
        "seed": seed,
        "suffix": SUFFIX,
        # not the label of lesson 3's job, so that nobody takes this one for it
        "metadata": jobs.label(path, model=tuned, **SETTINGS) | {"course": "T-1000, entries"},
        "method": {"type": "supervised", "supervised": {"hyperparameters": SETTINGS}},
    }
