"""A ticket becomes JSON: answers graded by the schema and by value, and an opponent without a language model.

The rules of the task are in data/desk/README.md.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd
from jsonschema import Draft202012Validator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from ..paths import DESK

FOLDER: Path = DESK / "tickets_to_json"
FIELDS = ("topic", "urgency", "order_number", "wants", "language")
_CLASSIFIED = ("topic", "wants", "urgency", "language")
_ORDER = re.compile(r"\bT1-\d{5}\b", re.IGNORECASE)


def grade(answers: Iterable[str], examples: Iterable[dict]) -> pd.DataFrame:
    """A row for each answer: `shape`, whether it fits the schema; of each field whether its value is right; `right`.

    `right` means that all of them are. Values of an answer that does not fit the schema are not read: no program could.
    """
    rows = []
    for answer, example in zip(answers, examples, strict=True):
        *_, asked, wanted = (message["content"] for message in example["messages"])
        found, value = _read(answer), json.loads(wanted)
        fields = {field: found is not None and found[field] == value[field] for field in FIELDS}
        rows.append({"ticket": asked, "answer": answer, "wanted": wanted, "shape": found is not None, **fields})
    table = pd.DataFrame(rows)
    return table.assign(right=table[["shape", *FIELDS]].all(axis=1))


def classify(train: list[dict], tickets: list[str]) -> list[str]:
    """JSON for each ticket: a linear classifier for each field, and the order number by its form.

    What a customer wants and how urgent it is follow from the topic, so their classifiers see the fields before theirs.
    """
    asked = [example["messages"][-2]["content"] for example in train]
    said = [json.loads(example["messages"][-1]["content"]) for example in train]
    numbers = [(found := _ORDER.search(ticket)) and found[0].upper() for ticket in tickets]
    columns: dict[str, list] = {"order_number": numbers}
    seen, new = asked, tickets
    for field in _CLASSIFIED:
        known = [value[field] for value in said]
        machine = make_pipeline(_features(), LinearSVC(random_state=0)).fit(seen, known)
        columns[field] = list(map(str, machine.predict(new)))
        seen, new = _with_word(field, seen, known), _with_word(field, new, columns[field])
    return [json.dumps({field: columns[field][n] for field in FIELDS}, ensure_ascii=False) for n in range(len(tickets))]


def _with_word(field: str, texts: list[str], values: list[str]) -> list[str]:
    """Each text with its value of the field as a last word, which no ticket has."""
    return [f"{text} {field}{value.replace(' ', '')}" for text, value in zip(texts, values, strict=True)]


def _features():
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return make_union(words, letters)


def _read(answer: str) -> dict | None:
    """The object of an answer that is JSON of the right shape, and nothing else."""
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    return value if _schema().is_valid(value) else None


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))
