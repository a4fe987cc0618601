"""Tries settings of the training on the desk: `python -m tools.desk.settings_trials`.

Each trial trains on all English training tickets and keeps a checkpoint of each epoch; each checkpoint answers the
validation tickets. The test tickets stay untouched. The trials take about half an hour each, so their results are kept
in data/results/desk_settings.jsonl, and a second call makes only those that are missing.
"""

import sys

from openai import OpenAI

from helpers import compare
from helpers.paths import DATA, DESK
from helpers.t1000.desk_files import load_tickets
from helpers.t1000.desk_grading import grade

from ..training_runs import finish, train

RESULTS = DATA.parent / "results" / "desk_settings.jsonl"
USED = ("desk/handbook.csv", "desk/en/train.jsonl", "desk/en/validation*.jsonl")  # under data/
BATCH_SIZE, SEED, MAX_TOKENS = 8, 42, 120
TRIALS = [{"n_epochs": 3, "batch_size": BATCH_SIZE, "learning_rate_multiplier": rate} for rate in (0.5, 1.0, 2.5, 5.0)]


def measure(client: OpenAI, base_model: str, settings: dict) -> dict:
    """Train with the settings; of each epoch, the validation loss and the right answers, in all and by kind of ticket.

    Raises RuntimeError if the job fails.
    """
    examples, _ = load_tickets("train")
    job = train(client, base_model, examples, settings, SEED, DESK / "en" / "validation.jsonl")
    assert job.finished_at  # it succeeded
    kept = sorted(client.fine_tuning.jobs.checkpoints.list(job.id), key=lambda one: one.step_number)
    epochs = [
        {"step": one.step_number, "valid_loss": one.metrics.full_valid_loss}
        | validated(client, one.fine_tuned_model_checkpoint)
        for one in kept
    ]
    return settings | {"seed": SEED, "seconds": job.finished_at - job.created_at, "epochs": epochs}


def validated(client: OpenAI, model: str) -> dict:
    """How many validation tickets the model answers right: `right`, `of`, and `kinds`: [right, of] by kind."""
    examples, truths = load_tickets("validation")
    prompts = [example["messages"][:-1] for example in examples]
    graded = grade(compare.ask_all(client, model, prompts, max_tokens=MAX_TOKENS).answer, examples, truths, "en")
    kinds = {str(kind): [int(rows.sum()), len(rows)] for kind, rows in graded.groupby("kind").right}
    return {"right": int(graded.right.sum()), "of": len(graded), "kinds": kinds}


if __name__ == "__main__":
    finish(RESULTS, USED, TRIALS, measure, "python -m tools.desk.settings_trials", fresh="--fresh" in sys.argv[1:])
