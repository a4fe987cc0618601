"""Many trainings, one question each: results that lesson 9 shows. They take hours, so they are kept as files.

    python -m tools.experiments             goes on with what is missing
    python -m tools.experiments examples    only this one
    python -m tools.experiments --fresh     all of it again

A result is a file of JSON lines in data/results: its first line says where it comes from, then one for each training.
Answers are graded on the validation questions; the test questions stay untouched.
"""

import argparse
import random
from dataclasses import dataclass

import pandas as pd
from openai import OpenAI

from helpers import compare, progress, training_data
from helpers.paths import DATA, ROOT
from helpers.t1000 import grading, tickets

from .lessons import T1000
from .training_runs import finish, train

RESULTS = ROOT / "data" / "results"
LEARNING_RATE_MULTIPLIER, BATCH_SIZE = 2.5, 8  # those of lesson 3


@dataclass(frozen=True)
class Run:
    """The settings of one training."""

    examples: int | None  # drawn at random; None: all
    n_epochs: int
    seed: int  # of the draw and of the training
    validation_file: bool  # without one there is no validation loss, and an epoch takes less time


# A small file is learned in steps, not in epochs: up to 100 examples get 60 to 65 of them, however few they are.
SIZES = {10: 30, 25: 15, 50: 9, 100: 5, None: 3}
EXPERIMENTS = {
    "examples": [Run(n, epochs, seed, False) for n, epochs in SIZES.items() for seed in (1, 2, 3)],
    "epochs": [Run(50, n, 1, True) for n in (1, 2, 4, 8, 16)],
}


def measure(client: OpenAI, base_model: str, run: Run) -> dict:
    """Train once, ask all validation questions and grade the answers: settings and results of one run.

    Raises RuntimeError if the job fails.
    """
    chosen = training_data.read_jsonl(DATA / "en" / "train.jsonl")
    if run.examples is not None:
        chosen = random.Random(run.seed).sample(chosen, run.examples)
    settings = {
        "n_epochs": run.n_epochs,
        "batch_size": BATCH_SIZE,
        "learning_rate_multiplier": LEARNING_RATE_MULTIPLIER,
    }
    validation = DATA / "en" / "validation.jsonl" if run.validation_file else None
    job = train(client, base_model, chosen, settings, run.seed, validation)
    assert job.finished_at and job.fine_tuned_model  # both are set once it succeeded
    curve = progress.loss_curve(progress.events(client, job.id))
    losses = {"train_loss": curve.train_loss.tail(-(-len(chosen) // BATCH_SIZE)).mean()}
    if run.validation_file:
        losses["valid_loss"] = curve.full_valid_loss.iloc[-1]
    done = {"examples": len(chosen), "n_epochs": run.n_epochs, "seed": run.seed, "steps": len(curve)}
    return done | {"seconds": job.finished_at - job.created_at} | losses | count_right(client, job.fine_tuned_model)


def count_right(client: OpenAI, model: str) -> dict:
    """How many of the validation questions and of the general questions the model answers right."""
    general = pd.read_csv(ROOT / "data" / "general" / "questions.csv")
    plain = [[{"role": "user", "content": question}] for question in general.question]
    knows = map(compare.states_fact, compare.ask_all(client, model, plain).answer, general.must_match)
    validation = training_data.read_jsonl(DATA / "en" / "validation.jsonl")
    answers = compare.ask_all(client, model, [e["messages"][:2] for e in validation], max_tokens=60).answer
    grades = grading.grade(answers, validation, tickets.load_handbook("en"))
    return {
        "right": int(grades.right.sum()),
        "of": len(grades),
        "general_right": sum(knows),
        "general_of": len(general),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.experiments", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXPERIMENTS)}; all if none is named")
    parser.add_argument("--fresh", action="store_true", help="begin again")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(EXPERIMENTS):
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}")
    for name in arguments.names or EXPERIMENTS:
        again = f"python -m tools.experiments {name}"
        finish(RESULTS / f"{name}.jsonl", T1000, EXPERIMENTS[name], measure, again, arguments.fresh)


if __name__ == "__main__":
    main()
