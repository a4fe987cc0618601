"""A closed list of answers: does a tuned model beat a classifier there, with many examples of each answer?

The first data of the T-1000 have 37 answers in 1,902 training examples. The settings are those of lesson 3; nothing is
chosen on these data. An answer is right if it is the test example's own, to the letter. On 2 cores it takes half an
hour.
"""

from openai import OpenAI

from helpers import compare
from helpers.paths import DATA
from helpers.t1000.desk_files import prompts_of
from helpers.training_data import read_jsonl

from ..training_runs import train
from .experiment import BATCH_SIZE, LEARNING_RATE_MULTIPLIER, Experiment, summary

EPOCHS, SEED = 3, 42
MAX_TOKENS = 70


def measure(client: OpenAI, base_model: str, epochs: int) -> dict:
    """Which test questions the tuned model answers right, in their order: `right`, a list of booleans."""
    examples, asked = (read_jsonl(DATA / "en" / f"{part}.jsonl") for part in ("train", "test"))
    settings = {"n_epochs": epochs, "batch_size": BATCH_SIZE, "learning_rate_multiplier": LEARNING_RATE_MULTIPLIER}
    job = train(client, base_model, examples, settings, SEED)
    assert job.fine_tuned_model  # it succeeded
    answers = compare.ask_all(client, job.fine_tuned_model, prompts_of(asked), max_tokens=MAX_TOKENS).answer
    right = [said == one["messages"][-1]["content"] for said, one in zip(answers, asked, strict=True)]
    return {"examples": len(examples), "seed": SEED} | settings | summary(job) | {"right": right}


CLOSED_LIST = Experiment(("t1000/en/train.jsonl", "t1000/en/test.jsonl"), [EPOCHS], measure)
