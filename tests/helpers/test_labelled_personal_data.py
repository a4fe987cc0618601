"""How much of the personal data in a labelled set is found, and how much of what is found is personal."""

import re
from collections import Counter
from pathlib import Path

import pytest

from helpers.training_data import personal_data

LINES = Path(__file__).with_name("labelled_personal_data.txt").read_text(encoding="utf-8").splitlines()
LABEL = re.compile(r"\{(?P<kind>[A-Za-z -]+)\|(?P<text>[^{}]+)\}")


def labelled(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a line of the set, and start, end and kind of each label in it."""
    text, labels, last = "", [], 0
    for label in LABEL.finditer(line := line.replace("⏎", "\n")):
        text += line[last : label.start()]
        labels.append((len(text), len(text) + len(label["text"]), label["kind"]))
        text += label["text"]
        last = label.end()
    return text + line[last:], labels


SET = [labelled(line) for line in LINES if not line.startswith("#")]
TITLES_AND_JOINTS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|and|und)\b")  # need not be masked


def counts() -> tuple[Counter, Counter, Counter, Counter]:
    """By kind: labels, labels of which every letter is found, hits, and hits that touch a label of their kind."""
    labels_of, found, hits_of, right = Counter(), Counter(), Counter(), Counter()
    for text, labels in SET:
        hits = personal_data.find(text)
        for start, end, kind in labels:
            rest = "".join(
                char if not any(hit.start <= start + n < hit.end and hit.kind == kind for hit in hits) else " "
                for n, char in enumerate(text[start:end])
            )
            labels_of[kind] += 1
            found[kind] += not re.search(r"\w", TITLES_AND_JOINTS.sub("", rest))
        for hit in hits:
            hits_of[hit.kind] += 1
            right[hit.kind] += any(s < hit.end and hit.start < e and kind == hit.kind for s, e, kind in labels)
    return labels_of, found, hits_of, right


def test_the_set_is_large_enough():
    assert len(SET) >= 100 and sum(not labels for _, labels in SET) >= 40


@pytest.mark.parametrize(
    "kind, recall",
    [
        ("name", 0.85),
        ("address", 0.80),
        ("phone", 0.85),
        ("IBAN", 1),
        ("card number", 1),
        ("secret", 1),
        ("e-mail", 1),
        ("date of birth", 0.8),
        ("IP address", 1),
        ("licence plate", 1),
        ("ID number", 1),
    ],
)
def test_recall_and_precision(kind, recall):
    labels_of, found, hits_of, right = counts()
    assert found[kind] >= recall * labels_of[kind]
    assert right[kind] >= 0.9 * hits_of[kind] > 0
