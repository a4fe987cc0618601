"""How many examples are enough? A tuned model and a classifier on more and more examples, at two desks.

Examples are drawn at random, three times; every training makes the same number of steps, so only the examples differ.
The classifier learns from the same draw. At the T-1000's desk it has the truth of each ticket as well, and its
settings are chosen on the very tickets that are graded: both favour it. The airport has so few questions that its test
questions are asked; nothing is chosen by them.

A step takes about 3 seconds on 2 cores: 12 trainings of the airport half an hour, 27 of the desk, with their answers,
about 18 hours; the first draw of each size 6 of them.
"""

import random
from dataclasses import dataclass

from openai import OpenAI
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from helpers import compare, training_data
from helpers.paths import ROOT
from helpers.t1000 import desk_files
from helpers.t1000.opponents import chosen_analyst
from helpers.t1000.opponents.texts import features

from ..desk.settings_trials import USED, validated
from . import right_answers
from .experiment import DESK_STEPS, Experiment, summary, train_steps

AIRPORT = ROOT / "data" / "examples" / "airport"
AIRPORT_STEPS = 56  # as many as lesson 11 makes with all its examples
DRAWS = (1, 2, 3)
# In this order the shape of the curve shows first, should there be no time for all.
DESK_SIZES = (None, 100, 1_000, 10, 500, 2_000, 25, 250, 50)
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
    """The draw, and how many validation tickets the tuned model and the classifier answer right."""
    examples, truths = desk_files.load_tickets("train")
    places = draw.of(len(examples))
    drawn, their_truths = [examples[n] for n in places], [truths[n] for n in places]
    job = train_steps(client, base_model, drawn, DESK_STEPS, draw.seed)
    assert job.fine_tuned_model  # it succeeded
    asked = validated(client, job.fine_tuned_model)
    _, tried = chosen_analyst((drawn, their_truths), desk_files.load_tickets("validation"))
    counted = {"tuned": asked["right"], "classifier": int(tried.right.max()), "of": asked["of"]}
    return {"examples": len(drawn), "draw": draw.seed, "steps": DESK_STEPS} | summary(job) | counted


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


DESK_CURVE = Experiment(USED, [Draw(n, seed) for seed in DRAWS for n in DESK_SIZES], desk)
AIRPORT_CURVE = Experiment(("examples/airport/*",), [Draw(n, seed) for seed in DRAWS for n in AIRPORT_SIZES], airport)
