"""Which learning rate for the method dpo? Trials on the pairs of lesson 12, from the model of lesson 3.

Each training reads all pairs once. What it is chosen by are the validation pairs, and the answers to the validation
tickets, in which the faults of the pairs are counted. The model before any training stands first.

On 2 cores a training takes about 8 minutes, the answers of a model 2.
"""

from collections import Counter

import pandas as pd
from openai import OpenAI

from helpers import progress, training_data
from helpers.paths import DESK
from helpers.t1000 import desk_files, lesson3
from helpers.t1000.desk_faults import FAULTS, faults

from ..training_runs import train
from .experiment import BATCH_SIZE, Experiment, summary
from .right_answers import graded_tickets

PAIRS = DESK / "preferences"
BETA, SEED = 0.1, 42  # those of lesson 12
MEASURES = ("loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins")


def rate(client: OpenAI, base_model: str, multiplier: float) -> dict:
    """The settings, what the job measured on all validation pairs, and `answered`; at 0 the model is not trained.

    Raises RuntimeError if the job fails, LookupError if there is no model of lesson 3 to start from.
    """
    start = lesson3.find_model(client, base_model)
    if not multiplier:
        return {"learning_rate_multiplier": multiplier} | answered(client, start)
    pairs = training_data.read_jsonl(PAIRS / "train.jsonl")
    settings = {"n_epochs": 1, "batch_size": BATCH_SIZE, "learning_rate_multiplier": multiplier, "beta": BETA}
    job = train(client, start, pairs, settings, SEED, PAIRS / "validation.jsonl", method="dpo")
    assert job.fine_tuned_model  # it succeeded
    last = progress.loss_curve(progress.events(client, job.id)).iloc[-1]
    measured = {name: float(last[f"full_valid_{name}"]) for name in MEASURES}
    trial = {"pairs": len(pairs), "seed": SEED} | settings | summary(job)
    return trial | measured | answered(client, job.fine_tuned_model)


def answered(client: OpenAI, model: str) -> dict:
    """How many validation tickets a model answers right: `right`, `of`; and `faults`: in how many answers each is."""
    graded = graded_tickets(client, model)
    return {"right": int(graded.right.sum()), "of": len(graded), "faults": counted_faults(graded)}


def counted_faults(graded: pd.DataFrame) -> dict[str, int]:
    """In how many of the answers to the validation tickets each fault is."""
    examples, truths = desk_files.load_tickets("validation")
    said_before = ["\n".join(one["content"] for one in prompt[1:]) for prompt in desk_files.prompts_of(examples)]
    counts = Counter(name for case in zip(graded.answer, said_before, truths, strict=True) for name in faults(*case))
    return {name: counts[name] for name in FAULTS}


DATA = ("desk/handbook.csv", "desk/en/validation*.jsonl", "desk/preferences/train.jsonl")
DPO_RATES = Experiment((*DATA, "desk/preferences/validation.jsonl"), (0, 0.2, 0.05, 0.02), rate)
