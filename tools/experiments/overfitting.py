"""Too much of a good thing: the tuned model goes on with 25 tickets, and reads them again and again.

Lesson 3's model starts; the tickets are of its own training file, of all kinds, or all about one rule of the handbook.
Both come out of the same desk as the validation tickets, whose answers show what is lost. A job keeps its last three
checkpoints. So the training file holds the tickets several times, and three epochs of it give a checkpoint after one,
two and three thirds of all readings.

A new job begins at its full learning rate, where lesson 3's had come down to almost 0. So the loss may come from the
rate, not from the readings, and two trainings have a fifth of it.

The recorder's store needs the job of lesson 3: `python -m tools.record 03_train`. On 2 cores the six trainings take
half an hour, the answers of the 19 models 45 minutes.
"""

import random
from dataclasses import dataclass

from openai import OpenAI

from helpers.paths import DESK
from helpers.t1000 import desk_files, lesson3

from ..training_runs import train
from .experiment import BATCH_SIZE, DESK_DATA, LEARNING_RATE_MULTIPLIER, Experiment, again_and_again, summary
from .right_answers import graded_tickets

TICKETS, SEED, CHECKPOINTS = 25, 1, 3  # a job keeps so many checkpoints
ALL_KINDS, ONE_RULE = "of all kinds", "about one rule"
RULE, SAID = "liquids", 10
LOWER_MULTIPLIER = LEARNING_RATE_MULTIPLIER / 5


@dataclass(frozen=True)
class Readings:
    """One training: which tickets it reads, how often until each checkpoint, and at which multiple of the rate.

    0 readings are the model at its start.
    """

    tickets: str
    of_each: int
    multiplier: float = LEARNING_RATE_MULTIPLIER


def measure(client: OpenAI, base_model: str, readings: Readings) -> dict:
    """The tickets, the learning rate's multiplier, and for each checkpoint its readings, losses and answers.

    Raises RuntimeError if the job fails, LookupError if there is no model of lesson 3 to start from.
    """
    start, tickets = lesson3.find_model(client, base_model), drawn(readings.tickets)
    about = {"tickets": readings.tickets, "learning_rate_multiplier": readings.multiplier}
    if not readings.of_each:
        return about | {"checkpoints": [{"readings": 0} | asked(client, start, tickets)]}
    settings = {"n_epochs": CHECKPOINTS, "batch_size": BATCH_SIZE, "learning_rate_multiplier": readings.multiplier}
    lines = again_and_again(tickets, TICKETS * readings.of_each)
    job = train(client, start, lines, settings, SEED, DESK / "en" / "validation.jsonl")
    kept = sorted(client.fine_tuning.jobs.checkpoints.list(job.id), key=lambda one: one.step_number)
    found = [
        {"readings": n * readings.of_each, "step": checkpoint.step_number}
        | {"train_loss": checkpoint.metrics.train_loss, "valid_loss": checkpoint.metrics.full_valid_loss}
        | asked(client, checkpoint.fine_tuned_model_checkpoint, tickets)
        for n, checkpoint in enumerate(kept, 1)
    ]
    return about | summary(job) | {"checkpoints": found}


def drawn(tickets: str) -> list[dict]:
    """The tickets that a training reads."""
    examples, truths = desk_files.load_tickets("train")
    places = [n for n, truth in enumerate(truths) if tickets == ALL_KINDS or truth["facts"] == [RULE]]
    return [examples[n] for n in random.Random(SEED).sample(places, TICKETS)]


def asked(client: OpenAI, model: str, tickets: list[dict]) -> dict:
    """How many validation tickets a model answers right, and what it `said` to the first of them.

    `recited`: how many of its answers to validation tickets are an answer that it was trained on here, to the letter.
    """
    graded = graded_tickets(client, model)
    learned = {ticket["messages"][-1]["content"] for ticket in tickets}
    return {
        "right": int(graded.right.sum()),
        "of": len(graded),
        "recited": int(graded.answer.isin(learned).sum()),
        "said": list(graded.answer[:SAID]),
    }


RUNS = [
    Readings(ALL_KINDS, 0),
    *(Readings(tickets, n) for n in (16, 2) for tickets in (ALL_KINDS, ONE_RULE)),  # the clearest first
    *(Readings(ALL_KINDS, n, LOWER_MULTIPLIER) for n in (2, 16)),
]
OVERFITTING = Experiment(DESK_DATA, RUNS, measure)
