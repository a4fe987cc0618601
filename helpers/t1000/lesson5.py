"""What lesson 5 found, counted again: the tuned models' answers are on its tape, its classifier's in data/results."""

from collections.abc import Mapping
from functools import cache

import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from ..paths import DATA, TAPES
from ..replay.tape import read_tape
from ..stats import mcnemar
from ..training_data import read_jsonl
from .desk_files import load_tickets, prompts_of
from .desk_grading import grade
from .opponents.texts import features

TAPE = "05_compare"
TUNED, TUNED_WITH_ENTRIES = "t1000", "entries"  # suffixes of the models
BASE_NAMES = {"base, handbook": "base model with the handbook", "base, entries": "base model with retrieved entries"}
CLASSIFIER, CLASSIFIER_EDITED = "classifier", "classifier, answers edited"
CLASSIFIER_ANSWERS = DATA.parent / "results" / "classifier_answers.jsonl"  # by tools/classifier_answers.py


def recorded_answers(who: str, prompts: list[list[dict]], tape: str = TAPE) -> list[str]:
    """What one of the four above answered to each prompt; to its turns, if its system prompt was another one.

    From the tape of another lesson `who` is the suffix of a model there.
    Raises LookupError for a prompt that it was not asked.
    """
    said = _answers(tape)
    try:
        return [
            said[who, whole] if (who, whole := _whole(prompt)) in said else said[who, _turns(prompt)]
            for prompt in prompts
        ]
    except KeyError as missing:
        raise LookupError(f"{tape} has no recorded answer of {who!r} to this: {missing}.") from None


@cache
def _answers(tape: str) -> dict[tuple[str, tuple], str]:
    said = {}
    for exchange in read_tape(TAPES / f"{tape}.jsonl").exchanges:
        asked = exchange.request.body
        if (
            exchange.request.path == "/chat/completions"
            and isinstance(asked, dict)
            and asked["model"].startswith("ft:")
        ):
            suffix = asked["model"].split(":")[3]  # ft:BASE:ORGANIZATION:SUFFIX:ID
            answer = exchange.response.body["json"]["choices"][0]["message"]["content"]
            said[suffix, _whole(asked["messages"])] = said[suffix, _turns(asked["messages"])] = answer
    _, *answered = read_jsonl(CLASSIFIER_ANSWERS)
    return said | {(row["who"], _turns(row["messages"])): row["answer"] for row in answered}


def _whole(prompt: list[dict]) -> tuple:
    return tuple((turn["role"], turn["content"]) for turn in prompt)


def _turns(prompt: list[dict]) -> tuple:
    return tuple(turn for turn in _whole(prompt) if turn[0] != "system")


def different_answers(examples: list[dict]) -> str:
    """How many different answers the first T-1000 data have, and these examples, in two lines."""
    desks = {"easier desk": read_jsonl(DATA / "en" / "train.jsonl"), "our desk": examples}
    counted = {name: len({example["messages"][-1]["content"] for example in desk}) for name, desk in desks.items()}
    return "\n".join(f"{name}: {n:,} different answers in {len(desks[name]):,} examples" for name, n in counted.items())


def closed_list() -> pd.DataFrame:
    """Which test answers of the first T-1000 data a classifier gets right: a column of that name, a row a question.

    It learns from all their training examples. An answer is right if it is the test example's own, to the letter.
    """
    asked, answered = {}, {}
    for part in ("train", "test"):
        turns = [[turn["content"] for turn in row["messages"]] for row in read_jsonl(DATA / "en" / f"{part}.jsonl")]
        asked[part], answered[part] = ([turn[n] for turn in turns] for n in (-2, -1))
    router = make_pipeline(features(), LinearSVC(random_state=0)).fit(asked["train"], answered["train"])
    said = router.predict(asked["test"])
    return pd.DataFrame({"classifier": [one == wanted for one, wanted in zip(said, answered["test"], strict=True)]})


def right_answers() -> tuple[int, int, int]:
    """How many test answers of the tuned model are right, how many of the classifier's, and of how many."""
    test = load_tickets("test")
    prompts = prompts_of(test[0])
    tuned, classified = (int(grade(recorded_answers(who, prompts), *test).right.sum()) for who in (TUNED, CLASSIFIER))
    return tuned, classified, len(prompts)


def headline(closed: pd.DataFrame, grades: Mapping[str, pd.DataFrame], follows: Mapping, best: str, p: float) -> str:
    """The lesson in four lines, with its counts; the README quotes them.

    `closed`: which answers of a closed list the columns "tuned" and "classifier" got right. `grades` and `follows`:
    tables of `desk_grading.grade` and `changed_facts.grade_changed` by contestant. `best`: who is best without tuning,
    `p` of the duel with the tuned model.
    """
    tuned, classifier = (closed[name].tolist() for name in ("tuned", "classifier"))
    return (
        f"A closed list, many examples of each answer: tuned {sum(tuned)} of {len(closed)}, "
        f"a classifier {sum(classifier)}{_doubt(mcnemar(tuned, classifier))}.\n"
        f"Answers that take up what a customer says: tuned {_share(grades['tuned'])}, "
        f"the best without tuning ({best}) {_share(grades[best])}{_doubt(p)}.\n"
        f"Facts that changed after the training: {_followed(follows, 'edited')}.\n"
        f"Facts that came after the training: {_followed(follows, 'new')}."
    )


def _doubt(p: float) -> str:
    return "" if p < 0.05 else ", which is not enough to tell them apart"


def _followed(follows: Mapping, kind: str) -> str:
    """How many answers about facts of this kind, "edited" or "new", three contestants got right, and any better one."""
    no_tickets = " (which has no tickets on them)" if kind == "new" else ""
    three = {
        "tuned": "tuned",
        "tuned, entries": "tuned with retrieved entries",
        "classifier, answers edited": f"classifier with edited answers{no_tickets}",
    }
    tables = {name: table[table.kind == kind] for name, table in follows.items()}
    most = max(tables[name].right.sum() for name in three)
    better = {BASE_NAMES.get(name, name): table for name, table in tables.items() if table.right.sum() > most}
    counted = {said: tables[name] for name, said in three.items()} | better
    return ", ".join(f"{said} {_share(table)}" for said, table in counted.items())


def _share(grades: pd.DataFrame) -> str:
    return f"{grades.right.sum()} of {len(grades)}"
