"""Tries settings of the training on the desk: `python -m tools.desk.settings_trials`.

Each trial trains for one epoch on the first thousand English training tickets and answers the validation tickets. The
test tickets stay untouched. A trial takes about eight minutes on two cores, a training on all tickets an hour and a
half; so the rate is chosen on trials. Results are kept in data/results/desk_settings.jsonl, and a second call makes
only those that are missing.
"""

import sys

import pandas as pd
from openai import OpenAI

from helpers import compare, progress
from helpers.paths import DATA, DESK
from helpers.t1000.desk_files import load_tickets
from helpers.t1000.desk_grading import grade

from ..training_runs import finish, train

RESULTS = DATA.parent / "results" / "desk_settings.jsonl"
USED = ("desk/handbook.csv", "desk/en/train.jsonl", "desk/en/validation*.jsonl")  # under data/
EXAMPLES, BATCH_SIZE, SEED, MAX_TOKENS = 1_000, 8, 42, 70
TRIALS = [
    {"n_epochs": 1, "batch_size": BATCH_SIZE, "learning_rate_multiplier": rate} for rate in (0.25, 0.5, 1.0, 2.5, 5.0)
]


def measure(client: OpenAI, base_model: str, settings: dict) -> dict:
    """Train with the settings; returns the validation loss and the right answers, in all and by kind of ticket.

    Raises RuntimeError if the job fails.
    """
    examples = load_tickets("train")[0][:EXAMPLES]
    job = train(client, base_model, examples, settings, SEED, DESK / "en" / "validation.jsonl")
    assert job.finished_at and job.fine_tuned_model  # it succeeded
    curve = progress.loss_curve(list(client.fine_tuning.jobs.list_events(job.id, limit=100))[::-1])
    loss = float(curve.full_valid_loss.iloc[-1])
    seconds = job.finished_at - job.created_at
    return (
        settings
        | {"examples": EXAMPLES, "seed": SEED, "seconds": seconds, "valid_loss": loss}
        | validated(client, job.fine_tuned_model)
    )


def validated(client: OpenAI, model: str) -> dict:
    """How many validation tickets the model answers right: `right`, `of`, and `kinds`: [right, of] by kind."""
    graded = graded_answers(client, model)
    kinds = {str(kind): [int(rows.sum()), len(rows)] for kind, rows in graded.groupby("kind").right}
    return {"right": int(graded.right.sum()), "of": len(graded), "kinds": kinds}


def graded_answers(client: OpenAI, model: str) -> pd.DataFrame:
    """The model's answers to the validation tickets, with the columns of `desk_grading.grade`."""
    examples, truths = load_tickets("validation")
    prompts = [example["messages"][:-1] for example in examples]
    return grade(compare.ask_all(client, model, prompts, max_tokens=MAX_TOKENS).answer, examples, truths, "en")


if __name__ == "__main__":
    finish(RESULTS, USED, TRIALS, measure, "python -m tools.desk.settings_trials", fresh="--fresh" in sys.argv[1:])
