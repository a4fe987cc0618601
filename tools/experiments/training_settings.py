"""Which learning rate, and how many epochs? The settings of lesson 3, chosen by the desk's validation tickets.

The rates are tried on the first thousand tickets for one epoch, which takes about eight minutes on 2 cores each. The
number of epochs is tried on all tickets, an epoch takes about 40 minutes. A checkpoint after two epochs is not the
model of a job for two: the learning rate falls to 0 over the whole job, and only its last model has come to rest. So
each number of epochs gets a job of its own; what lesson 3 trained already is not trained again.
"""

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from helpers import jobs, progress
from helpers.paths import DESK
from helpers.t1000 import desk_files

from ..training_runs import train
from .experiment import BATCH_SIZE, DESK_DATA, LEARNING_RATE_MULTIPLIER, Experiment, summary
from .right_answers import desk

TRAIN, VALIDATION = (DESK / "en" / f"{part}.jsonl" for part in ("train", "validation"))
EXAMPLES, SEED = 1_000, 42  # of a trial of the rate; the seed of lesson 3


def rate(client: OpenAI, base_model: str, multiplier: float) -> dict:
    """The settings, and what `measured` says of the model. Raises RuntimeError if the job fails."""
    settings = {"n_epochs": 1, "batch_size": BATCH_SIZE, "learning_rate_multiplier": multiplier}
    examples = desk_files.load_tickets("train")[0][:EXAMPLES]
    job = train(client, base_model, examples, settings, SEED, VALIDATION)
    return {"examples": len(examples), "seed": SEED} | settings | measured(client, job)


def epochs(client: OpenAI, base_model: str, n_epochs: int) -> dict:
    """The settings, and what `measured` says of the model. Raises RuntimeError if the job fails."""
    settings = {"n_epochs": n_epochs, "batch_size": BATCH_SIZE, "learning_rate_multiplier": LEARNING_RATE_MULTIPLIER}
    examples = desk_files.load_tickets("train")[0]
    job = jobs.find(client, jobs.label(TRAIN, VALIDATION, model=base_model, **settings))  # the label of lesson 3
    job = job or train(client, base_model, examples, settings, SEED, VALIDATION)
    return {"examples": len(examples), "seed": SEED} | settings | measured(client, job)


def measured(client: OpenAI, job: FineTuningJob) -> dict:
    """The job's seconds, its last loss on all validation tickets, and how many of them its model answers right."""
    assert job.fine_tuned_model  # it succeeded
    loss = progress.loss_curve(progress.events(client, job.id)).full_valid_loss.dropna().iloc[-1]
    return summary(job) | {"valid_loss": float(loss)} | desk(client, job.fine_tuned_model)


RATES = Experiment(DESK_DATA, (0.25, 0.5, 1.0, 2.5, 5.0), rate)
EPOCHS = Experiment(DESK_DATA, (3, 2, 1), epochs)
