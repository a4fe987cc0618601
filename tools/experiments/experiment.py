"""What the experiments share: their form, and a training of a given number of steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from helpers.paths import ROOT

from ..training_runs import train

RESULTS = ROOT / "data" / "results"
DESK_DATA = ("desk/handbook.csv", "desk/en/train.jsonl", "desk/en/validation*.jsonl")  # under data/
BATCH_SIZE, LEARNING_RATE_MULTIPLIER = 8, 2.5  # those of lesson 3

DESK_STEPS = 300  # of each training on the desk's tickets: a seventh of lesson 3's, ten minutes on 2 cores
DESK_READ = DESK_STEPS * BATCH_SIZE  # the most tickets that such a training can read


@dataclass(frozen=True)
class Experiment:
    """Runs of one kind. `data` are patterns of the files under data/ that they use."""

    data: Sequence[str]
    runs: Sequence[Any]
    measure: Callable[[OpenAI, str, Any], dict]  # a client, the base model and one of the runs


def train_steps(client: OpenAI, base_model: str, examples: list[dict], steps: int, seed: int) -> FineTuningJob:
    """The job that trained on the examples for so many steps, however few they are.

    The training file holds the examples again and again, so that one epoch makes the steps: the API takes 50 epochs at
    most. Raises RuntimeError if the job fails.
    """
    settings = {"n_epochs": 1, "batch_size": BATCH_SIZE, "learning_rate_multiplier": LEARNING_RATE_MULTIPLIER}
    return train(client, base_model, again_and_again(examples, steps * BATCH_SIZE), settings, seed)


def again_and_again(examples: list[dict], lines: int) -> list[dict]:
    """So many examples: all of them in turn, as often as it takes."""
    return list(islice(cycle(examples), lines))


def summary(job: FineTuningJob) -> dict:
    """The seconds that a job took, waiting included."""
    assert job.finished_at  # it succeeded
    return {"seconds": job.finished_at - job.created_at}
