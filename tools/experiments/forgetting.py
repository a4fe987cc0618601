"""Forgotten, or told to turn away? And does a tenth of general examples keep what the model knew?

The desk's examples teach to turn away what is not about the T-1000. So a model that no longer answers a general
question may have forgotten the answer, or obey. A training without these examples tells the two apart; one with general
examples in a tenth of its lines shows the cure. All begin with the tickets of the learning curve's first and largest
draw, and make as many steps: its training is not made again.

On 2 cores each of the three trainings takes about 10 minutes, each row about 3 minutes of answers.
"""

from openai import OpenAI

from helpers import training_data
from helpers.paths import ROOT
from helpers.t1000 import desk_files

from . import right_answers
from .experiment import DESK_DATA, DESK_READ, DESK_STEPS, Experiment, again_and_again, summary, train_steps
from .learning_curves import Draw

BASE, DESK = "base", "the desk's tickets"
WITHOUT, MIXED = "without off-topic tickets", "and a tenth of general examples"
SEED, EVERY = 1, 10  # every tenth line is a general example


def measure(client: OpenAI, base_model: str, training: str) -> dict:
    """How many of the desk's validation tickets and of the general questions the model answers after this training.

    Raises RuntimeError if the job fails.
    """
    model, took = base_model, {}
    if training != BASE:
        job = train_steps(client, base_model, lines_of(training), DESK_STEPS, SEED)
        assert job.fine_tuned_model  # it succeeded
        model, took = job.fine_tuned_model, {"steps": DESK_STEPS} | summary(job)
    asked = right_answers.desk(client, model)
    return (
        {"training": training}
        | took
        | {"right": asked["right"], "of": asked["of"]}
        | right_answers.general(client, model)
    )


def lines_of(training: str) -> list[dict]:
    """The examples of a training, in the order of their first reading."""
    examples, truths = desk_files.load_tickets("train")
    places = Draw(DESK_READ, SEED).of(len(examples))
    if training == DESK:
        return [examples[n] for n in places]
    kept = [examples[n] for n in places if "off_topic" not in truths[n]["facts"]]
    return with_general(kept) if training == MIXED else kept


def with_general(examples: list[dict]) -> list[dict]:
    """As many lines as the training reads: the examples, and in every tenth place a general one."""
    mixed_in = training_data.read_jsonl(ROOT / "data" / "general" / "mixed_in.jsonl")
    desk, general = (iter(again_and_again(some, DESK_READ)) for some in (examples, mixed_in))
    return [next(general if n % EVERY == 0 else desk) for n in range(DESK_READ)]


FORGETTING = Experiment((*DESK_DATA, "general/*"), (BASE, DESK, WITHOUT, MIXED), measure)
