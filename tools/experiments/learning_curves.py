"""How many examples are enough? A tuned model and a classifier on more and more examples, at two desks.

Examples are drawn at random, three times; every training makes the same number of steps, so only the examples differ.
A small draw is read again and again, the largest of the desk once: its steps are a seventh of lesson 3's. So the curve
says what examples are worth at one price of training, not how far a size can be taken. The model that lesson 3 trained
on all tickets, with all its steps, stands beside it, as one run without a training.

The classifier learns from the same draw. At the T-1000's desk it has the truth of each ticket as well, and its
settings are chosen on the very tickets that are graded: both favour it. The airport has so few questions that its test
questions are asked; nothing is chosen by them.

A step takes about 2 seconds on 2 cores, 200 answers 2 minutes: 12 trainings of the airport half an hour, 24 of the
desk five hours. The recorder's store needs the job of lesson 3: `python -m tools.record 03_train`.
"""

import random
from dataclasses import dataclass

from openai import OpenAI
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from helpers import compare, progress, training_data
from helpers.paths import ROOT
from helpers.t1000 import desk_files, lesson3
from helpers.t1000.opponents import chosen_analyst
from helpers.t1000.opponents.texts import features

from . import right_answers
from .experiment import DESK_DATA, DESK_READ, DESK_STEPS, Experiment, summary, train_steps

AIRPORT = ROOT / "data" / "examples" / "airport"
AIRPORT_STEPS = 56  # as many as lesson 11 makes with all its examples
DRAWS, LESSON_3 = (1, 2, 3), 42  # seeds
# In this order the shape of the curve shows first, should there be no time for all: both ends, then the middle.
DESK_SIZES = (DESK_READ, 100, 1_000, 10, 500, 25, 250, 50)
AIRPORT_SIZES = (None, 10, 25, 50)


@dataclass(frozen=True)
class Draw:
    """One training: how many examples are drawn (None: all), and the seed of the draw and of the training."""

    examples: int | None
    seed: int

    def of(self, everything: int) -> list[int]:
        """The places of the drawn examples, of so many."""
        return random.Random(self.seed).sample(range(everything), self.examples or everything)


def desk(client: OpenAI, base_model: str, draw: Draw) -> dict:
    """The draw, and how many validation tickets the tuned model and the classifier answer right.

    With all tickets the tuned model is lesson 3's. Raises LookupError if there is none.
    """
    examples, truths = desk_files.load_tickets("train")
    places = draw.of(len(examples))
    drawn, their_truths = [examples[n] for n in places], [truths[n] for n in places]
    if draw.examples:
        job = train_steps(client, base_model, drawn, DESK_STEPS, draw.seed)
    else:
        job = lesson3.find_job(client, base_model)
    assert job.fine_tuned_model  # it succeeded
    asked = right_answers.desk(client, job.fine_tuned_model)
    _, tried = chosen_analyst((drawn, their_truths), desk_files.load_tickets("validation"))
    steps = int(progress.loss_curve(progress.events(client, job.id)).index[-1])
    counted = {"tuned": asked["right"], "classifier": int(tried.right.max()), "of": asked["of"]}
    return {"examples": len(drawn), "draw": draw.seed, "steps": steps} | summary(job) | counted


def airport(client: OpenAI, base_model: str, draw: Draw) -> dict:
    """The draw, and how many test questions the tuned model and a linear classifier answer right."""
    examples, asked = (training_data.read_jsonl(AIRPORT / f"{part}.jsonl") for part in ("train", "test"))
    drawn = [examples[n] for n in draw.of(len(examples))]
    job = train_steps(client, base_model, drawn, AIRPORT_STEPS, draw.seed)
    assert job.fine_tuned_model  # it succeeded
    said = compare.ask_all(client, job.fine_tuned_model, desk_files.prompts_of(asked), max_tokens=60).answer
    counted = {
        "tuned": right_answers.airport_rules(list(said), asked),
        "classifier": right_answers.airport_rules(canned_answers_to(asked, drawn), asked),
        "of": len(asked),
    }
    return {"examples": len(drawn), "draw": draw.seed, "steps": AIRPORT_STEPS} | summary(job) | counted


def canned_answers_to(asked: list[dict], known: list[dict]) -> list[str]:
    """For each example asked, that answer of the known examples which a linear classifier gives its question."""
    router = make_pipeline(features(), LinearSVC(random_state=0))
    question, answer = (lambda example, n=n: example["messages"][n]["content"] for n in (-2, -1))
    router.fit([question(example) for example in known], [answer(example) for example in known])
    return [str(one) for one in router.predict([question(example) for example in asked])]


DESK_DRAWS = [Draw(None, LESSON_3), *(Draw(n, seed) for seed in DRAWS for n in DESK_SIZES)]
DESK_CURVE = Experiment(DESK_DATA, DESK_DRAWS, desk)
AIRPORT_CURVE = Experiment(("examples/airport/*",), [Draw(n, seed) for seed in DRAWS for n in AIRPORT_SIZES], airport)
