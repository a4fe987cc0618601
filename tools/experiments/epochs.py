"""How many epochs? The training of lesson 3, for one, two and three of them, answers the validation tickets.

A checkpoint after two epochs is not the model of a job for two: the learning rate falls to 0 over the whole job, and
only its last model has come to rest. So each number of epochs gets a job of its own. What lesson 3 trained already is
not trained again; on 2 cores an epoch takes about 40 minutes.
"""

from openai import OpenAI

from helpers import jobs, progress
from helpers.paths import DESK
from helpers.t1000 import desk_files

from ..desk.settings_trials import USED, validated
from ..training_runs import train
from .experiment import BATCH_SIZE, LEARNING_RATE_MULTIPLIER, Experiment, summary

TRAIN, VALIDATION = (DESK / "en" / f"{part}.jsonl" for part in ("train", "validation"))
SEED = 42  # that of lesson 3


def measure(client: OpenAI, base_model: str, epochs: int) -> dict:
    """The epochs, the validation loss at their end, and the answers right, in all and by kind of ticket.

    Raises RuntimeError if the job fails.
    """
    settings = {"n_epochs": epochs, "batch_size": BATCH_SIZE, "learning_rate_multiplier": LEARNING_RATE_MULTIPLIER}
    job = jobs.find(client, jobs.label(TRAIN, VALIDATION, model=base_model, **settings))  # the label of lesson 3
    job = job or train(client, base_model, desk_files.load_tickets("train")[0], settings, SEED, VALIDATION)
    assert job.fine_tuned_model  # it succeeded
    loss = float(progress.loss_curve(progress.events(client, job.id)).full_valid_loss.dropna().iloc[-1])
    return settings | {"valid_loss": loss} | summary(job) | validated(client, job.fine_tuned_model)


EPOCHS = Experiment(USED, (3, 2, 1), measure)
