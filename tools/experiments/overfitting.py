"""Too much of a good thing: a hundred examples of the desk, read again and again.

A job keeps its last three checkpoints. So the training file holds the examples several times, and three epochs of it
give a checkpoint after one, two and three thirds of all readings: with its validation loss, and with the answers that
it gives to validation tickets and to general questions. At four times the learning rate of lesson 3 the same shows
sooner.

On 2 cores a training with 48 readings takes about 35 minutes, one with 6 about 6, each checkpoint 3 more for answers:
about 2 hours in all.
"""

import random
from dataclasses import dataclass

from openai import OpenAI

from helpers.paths import DESK
from helpers.t1000 import desk_files

from ..desk.settings_trials import USED, validated
from ..training_runs import train
from . import right_answers
from .experiment import BATCH_SIZE, LEARNING_RATE_MULTIPLIER, Experiment, again_and_again, summary

EXAMPLES, SEED, CHECKPOINTS = 100, 1, 3  # a job keeps so many checkpoints


@dataclass(frozen=True)
class Readings:
    """One training: how often it reads the examples until each checkpoint, and its learning rate multiplier."""

    of_each: int
    learning_rate_multiplier: float


def measure(client: OpenAI, base_model: str, readings: Readings) -> dict:
    """The settings, and for each checkpoint: how often the examples were read, validation loss, right answers.

    Raises RuntimeError if the job fails.
    """
    drawn = random.Random(SEED).sample(desk_files.load_tickets("train")[0], EXAMPLES)
    settings = {
        "n_epochs": CHECKPOINTS,
        "batch_size": BATCH_SIZE,
        "learning_rate_multiplier": readings.learning_rate_multiplier,
    }
    lines = again_and_again(drawn, EXAMPLES * readings.of_each)
    job = train(client, base_model, lines, settings, SEED, DESK / "en" / "validation.jsonl")
    kept = sorted(client.fine_tuning.jobs.checkpoints.list(job.id), key=lambda one: one.step_number)
    found = []
    for n, checkpoint in enumerate(kept, 1):
        asked = validated(client, checkpoint.fine_tuned_model_checkpoint)
        known = right_answers.general(client, checkpoint.fine_tuned_model_checkpoint)
        found.append(
            {"readings": n * readings.of_each, "step": checkpoint.step_number}
            | {"valid_loss": checkpoint.metrics.full_valid_loss, "right": asked["right"], "of": asked["of"]}
            | {key: known[key] for key in ("general_right", "general_of")}
        )
    multiplier = readings.learning_rate_multiplier
    return {"examples": EXAMPLES, "learning_rate_multiplier": multiplier} | summary(job) | {"checkpoints": found}


RATES = (LEARNING_RATE_MULTIPLIER, 4 * LEARNING_RATE_MULTIPLIER)
OVERFITTING = Experiment(
    (*USED, "general/questions.csv"), [Readings(n, rate) for rate in RATES for n in (2, 16)], measure
)
