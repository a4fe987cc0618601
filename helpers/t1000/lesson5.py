"""What lesson 5 found, counted again: the tuned models' answers are on its tape, a classifier is built in seconds."""

from collections.abc import Mapping
from functools import cache

import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from ..paths import DATA, TAPES
from ..replay.tape import read_tape
from ..training_data import read_jsonl
from .opponents.texts import features

TAPE = "05_compare"
TUNED, TUNED_WITH_ENTRIES = "t1000", "entries"  # suffixes of the models


def recorded_answers(suffix: str, prompts: list[list[dict]]) -> list[str]:
    """What the model with this suffix answered to each prompt; to its turns, if its system prompt was another one.

    Raises LookupError for a prompt that it was not asked.
    """
    said = _answers()
    try:
        return [
            said[suffix, whole] if (suffix, whole := _whole(prompt)) in said else said[suffix, _turns(prompt)]
            for prompt in prompts
        ]
    except KeyError as missing:
        raise LookupError(f"The tape of {TAPE} has no answer of a model {suffix!r} to this: {missing}.") from None


@cache
def _answers() -> dict[tuple[str, tuple], str]:
    said = {}
    for exchange in read_tape(TAPES / f"{TAPE}.jsonl").exchanges:
        asked = exchange.request.body
        if (
            exchange.request.path == "/chat/completions"
            and isinstance(asked, dict)
            and asked["model"].startswith("ft:")
        ):
            suffix = asked["model"].split(":")[3]  # ft:BASE:ORGANIZATION:SUFFIX:ID
            answer = exchange.response.body["json"]["choices"][0]["message"]["content"]
            said[suffix, _whole(asked["messages"])] = said[suffix, _turns(asked["messages"])] = answer
    return said


def _whole(prompt: list[dict]) -> tuple:
    return tuple((turn["role"], turn["content"]) for turn in prompt)


def _turns(prompt: list[dict]) -> tuple:
    return tuple(turn for turn in _whole(prompt) if turn[0] != "system")


def closed_list() -> tuple[int, int, int]:
    """How many test answers of the first T-1000 data a classifier gets right, of how many, from how many examples."""
    asked, answered = {}, {}
    for part in ("train", "test"):
        turns = [[turn["content"] for turn in row["messages"]] for row in read_jsonl(DATA / "en" / f"{part}.jsonl")]
        asked[part], answered[part] = ([turn[n] for turn in turns] for n in (-2, -1))
    router = make_pipeline(features(), LinearSVC(random_state=0)).fit(asked["train"], answered["train"])
    right = sum(said == wanted for said, wanted in zip(router.predict(asked["test"]), answered["test"], strict=True))
    return int(right), len(asked["test"]), len(asked["train"])


def headline(closed: tuple[int, int], grades: Mapping[str, pd.DataFrame], follows: Mapping, best: str, p: float) -> str:
    """The lesson in three lines, with its counts; the README quotes them.

    `closed`: right answers of a classifier on a closed list, and of how many. `grades` and `follows`: tables of
    `desk_grading.grade` and `changed_facts.grade_changed` by contestant. `best`: who is best without tuning, `p` of the
    duel with the tuned model.
    """
    doubt = "" if p < 0.05 else ", which is not enough to tell them apart"
    return (
        f"A closed list of answers: a classifier alone gets {closed[0]} of {closed[1]}.\n"
        f"Answers that take up what a customer says: tuned {_share(grades['tuned'])}, "
        f"the best without tuning ({best}) {_share(grades[best])}{doubt}.\n"
        f"Facts that changed after the training: tuned {_share(follows['tuned'])}, "
        f"tuned with retrieved entries {_share(follows['tuned, entries'])}, "
        f"classifier with edited answers {_share(follows['classifier, answers edited'])}."
    )


def _share(grades: pd.DataFrame) -> str:
    return f"{grades.right.sum()} of {len(grades)}"
