"""How many epochs? The model of lesson 3, as it was after each of them, answers the validation tickets.

A job keeps the checkpoints of its last three epochs, and lesson 3 trains for three. The learning rate falls to 0 over
the whole job, so a checkpoint is not the model that a shorter job makes: that one would have come to rest.

The recorder's store needs the job of lesson 3: `python -m tools.record 03_train`. The answers take about 5 minutes.
"""

from openai import OpenAI

from helpers.t1000 import lesson3

from ..desk.settings_trials import USED, validated
from .experiment import Experiment


def measure(client: OpenAI, base_model: str, epoch: int) -> dict:
    """The epoch, its last step, the validation loss there, and the answers right, in all and by kind of ticket.

    Raises LookupError if there is no job of lesson 3, IndexError if it made fewer epochs.
    """
    job = lesson3.find_job(client, base_model)
    kept = sorted(client.fine_tuning.jobs.checkpoints.list(job.id), key=lambda one: one.step_number)
    checkpoint = kept[epoch - 1]
    measured = {"epoch": epoch, "step": checkpoint.step_number, "valid_loss": checkpoint.metrics.full_valid_loss}
    return measured | validated(client, checkpoint.fine_tuned_model_checkpoint)


EPOCHS = Experiment(USED, (1, 2, 3), measure)
