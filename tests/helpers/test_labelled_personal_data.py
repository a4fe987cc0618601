"""How much of the personal data in a labelled set is found, and how much of what is found is personal."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import personal_data

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


TUNED, HELD_OUT = "labelled_personal_data.txt", "labelled_personal_data_held_out.txt"


@cache
def labelled_set(name: str) -> list[tuple[str, list[tuple[int, int, str]]]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [labelled(line) for line in lines if not line.startswith("#")]


TITLES_AND_JOINTS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|and|und)\b")  # need not be masked


def is_whole(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether the spans cover a piece of text, but for titles and joints."""
    rest = "".join(" " if any(s <= n < e for s, e in spans) else text[n] for n in range(start, end))
    return not re.search(r"\w", TITLES_AND_JOINTS.sub("", rest))


@cache
def counts(name: str) -> tuple[Counter, Counter, Counter, Counter]:
    """By kind: labels, labels of which every letter is found, hits, and hits that touch a label of their kind."""
    labels_of, found, hits_of, right = Counter(), Counter(), Counter(), Counter()
    for text, labels in labelled_set(name):
        hits = personal_data.find(text)
        for start, end, kind in labels:
            labels_of[kind] += 1
            found[kind] += is_whole(text, start, end, [(hit.start, hit.end) for hit in hits if hit.kind == kind])
        for hit in hits:
            hits_of[hit.kind] += 1
            right[hit.kind] += any(s < hit.end and hit.start < e and kind == hit.kind for s, e, kind in labels)
    return labels_of, found, hits_of, right


def test_the_sets_are_large_enough_and_share_no_text():
    tuned, held_out = ([text for text, _ in labelled_set(name)] for name in (TUNED, HELD_OUT))
    assert len(tuned) >= 100 and len(held_out) >= 100 and not set(tuned) & set(held_out)
    for name in (TUNED, HELD_OUT):
        assert sum(not labels for _, labels in labelled_set(name)) >= 35


@pytest.mark.parametrize("name", [TUNED, HELD_OUT])
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
def test_recall_and_precision(kind, recall, name):
    labels_of, found, hits_of, right = counts(name)
    assert found[kind] >= recall * labels_of[kind] > 0
    assert right[kind] >= 0.9 * hits_of[kind] > 0


@pytest.mark.parametrize("name", [TUNED, HELD_OUT])
def test_masking_twice_changes_nothing(name):
    for text, _ in labelled_set(name):
        masked = personal_data.mask(text)
        assert personal_data.mask(masked) == masked and personal_data.find(masked) == []


PIECES = st.sampled_from([text for name in (TUNED, HELD_OUT) for text, _ in labelled_set(name)])


@given(st.lists(PIECES | st.text(max_size=12), max_size=5), st.sampled_from(["", " ", "\n", ", ", "-"]), st.data())
def test_masking_any_mixture_twice_changes_nothing(pieces, joint, data):
    said = joint.join(pieces)
    start = data.draw(st.integers(0, len(said)))
    masked = personal_data.mask(said[start : data.draw(st.integers(start, len(said)))])
    assert personal_data.mask(masked) == masked and personal_data.find(masked) == []
