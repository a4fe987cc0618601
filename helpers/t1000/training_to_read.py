"""The second training of lesson 5: the tuned model learns to read entries of the handbook in its prompt."""

import tempfile
from pathlib import Path

import pandas as pd
from openai import OpenAI

from .. import jobs, training_data
from .desk_retrieval import examples_with_entries
from .other_numbers import with_other_numbers

SUFFIX = "entries"
SETTINGS = {"n_epochs": 1, "batch_size": 8, "learning_rate_multiplier": 1.0}  # a smaller rate: most is learned already


def request(
    client: OpenAI, tuned: str, seed: int, handbook: pd.DataFrame, examples: list[dict], truths: list[dict]
) -> dict:
    """What `jobs.train_once` needs for it, once its file is uploaded.

    The file has an eighth of the examples, each with the entries that a search finds which does not know them. Where an
    entry and the answer state the same number, both get another one: only who reads the entry can know it.
    """
    path = Path(tempfile.mkdtemp()) / "train_with_entries.jsonl"
    training_data.write_jsonl(path, with_other_numbers(examples_with_entries(handbook, examples, truths)))
    return {
        "model": tuned,
        "training_file": jobs.upload_once(client, path).id,
        "seed": seed,
        "suffix": SUFFIX,
        # not the label of lesson 3's job, so that nobody takes this one for it
        "metadata": jobs.label(path, model=tuned, **SETTINGS) | {"course": "T-1000, entries"},
        "method": {"type": "supervised", "supervised": {"hyperparameters": SETTINGS}},
    }
