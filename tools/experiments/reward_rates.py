"""Which learning rate for the method reinforcement? Trials of the task of lesson 13, from the base model.

An answer shall name the order that the customer asks about, and be short. The tickets for the validation come from the
desk's training file, too, and are not trained on. On 2 cores a training takes about 8 minutes.
"""

import tempfile
from pathlib import Path

from openai import OpenAI

from helpers import compare, progress, training_data
from helpers.t1000 import desk_files

from ..training_runs import train
from .experiment import Experiment, summary
from .right_answers import MAX_TOKENS

TRAINED, VALIDATION = 160, 40  # tickets
SAID, SEED = 10, 42  # answers that are kept; the seed of lesson 13
SHORT = """
def grade(sample, item):
    words = len(sample["output_text"].split())
    return max(0.0, min(1.0, (60 - words) / 40))
"""
GRADER = {
    "type": "multi",
    "name": "desk",
    "calculate_output": "(order + short) / 2",
    "graders": {
        "order": {
            "type": "string_check",
            "name": "order",
            "operation": "like",
            "input": "{{sample.output_text}}",
            "reference": "{{item.order}}",
        },
        "short": {"type": "python", "name": "short", "source": SHORT},
    },
}


def rate(client: OpenAI, base_model: str, multiplier: float) -> dict:
    """The settings; the mean reward of the validation tickets by step, from before the first; what the model `said`.

    `order` and `short` are the mean rewards of the two graders in the training answers, by step. Raises RuntimeError if
    the job fails.
    """
    settings = {"n_epochs": 1, "batch_size": 4, "compute_multiplier": 0.5, "eval_interval": 10}
    settings |= {"learning_rate_multiplier": multiplier}
    tickets = tickets_with_an_order()[: TRAINED + VALIDATION]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "validation.jsonl"
        training_data.write_jsonl(path, tickets[-VALIDATION:])
        train_on = tickets[:-VALIDATION]
        job = train(client, base_model, train_on, settings, SEED, path, method="reinforcement", grader=GRADER)
    assert job.fine_tuned_model  # it succeeded
    prompts = [ticket["messages"] for ticket in tickets[-VALIDATION:][:SAID]]
    said = compare.ask_all(client, job.fine_tuned_model, prompts, max_tokens=MAX_TOKENS).answer
    trial = {"tickets": len(train_on), "validation": VALIDATION, "seed": SEED} | settings | summary(job)
    return trial | measured(progress.events(client, job.id)) | {"said": list(said)}


def tickets_with_an_order() -> list[dict]:
    """The training tickets in which an order is named: its messages up to the customer's last, and its number."""
    examples, truths = desk_files.load_tickets("train")
    asked = zip(desk_files.prompts_of(examples), truths, strict=True)
    return [{"messages": messages, "order": truth["order"]} for messages, truth in asked if truth["order"]]


def measured(events: list) -> dict:
    """The rewards of a job: `full_valid_mean_reward` by step, and those of both graders in each step's answers."""
    told = [event.data for event in events if event.data and "step" in event.data]
    valid = {str(data["step"]): data[name] for data in told if (name := "full_valid_mean_reward") in data}
    steps = [data["scores"]["graders"] for data in told if "scores" in data]
    of = lambda name: [one["train_reward_mean"] for graders in steps for one in graders if one["name"] == name]
    return {"full_valid_mean_reward": valid} | {name: of(name) for name in GRADER["graders"]}


REWARD_RATES = Experiment(("desk/en/train*.jsonl",), (0.5, 1.0, 0.2), rate)
