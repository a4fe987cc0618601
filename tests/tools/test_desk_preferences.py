"""The desk's preference pairs: of their tickets, about equally spoiled, and graded by rule as they are labelled."""

from collections import Counter

import pandas as pd
import pytest

from helpers.paths import DESK
from helpers.t1000.desk_faults import FAULTS, faults, promises
from helpers.t1000.desk_files import load_tickets
from helpers.training_data import read_jsonl

SIZES = {"train": 600, "validation": 100, "test": 150}
TRUTH = {"kind": "two", "facts": ["liquids", "warranty"], "things": {"liquids": "soup"}, "details": [], "order": ""}
TRUTH |= {"groups": ["vacuum", "closed"], "name": "Ms Lee", "angry": False}
ASKED = "May I vacuum soup? And how long is the warranty? Ms Lee"
SOUP = "please never vacuum the soup: the T-1000 is made for dry floors only."
WARRANTY = "The T-1000 comes with a three-year warranty."


def load_pairs(part):
    folder = DESK / "preferences"
    return read_jsonl(folder / f"{part}.jsonl"), pd.read_csv(folder / f"{part}.faults.csv").to_dict("records")


@pytest.mark.parametrize("part", SIZES)
def test_each_pair_is_of_a_ticket_of_its_part_and_has_the_fault_of_its_label(part):
    pairs, labels = load_pairs(part)
    examples, truths = load_tickets(part)
    assert len(pairs) == len(labels) == SIZES[part] == len({label["ticket"] for label in labels})
    for pair, label in zip(pairs, labels, strict=True):
        messages, truth = examples[label["ticket"] - 1]["messages"], truths[label["ticket"] - 1]
        assert pair["input"] == {"messages": messages[:-1]} and pair["preferred_output"] == messages[-1:]
        ticket = "\n".join(message["content"] for message in messages[1:-1])
        [spoiled] = pair["non_preferred_output"]
        assert faults(messages[-1]["content"], ticket, truth) == []
        assert faults(spoiled["content"], ticket, truth) == [label["fault"]], spoiled
    counts = Counter(label["fault"] for label in labels)
    assert set(counts) == set(FAULTS) and set(counts.values()) == {SIZES[part] // len(FAULTS)}


def test_the_desk_promises_nothing_of_the_kind():
    said = [example["messages"][-1]["content"] for part in SIZES for example in load_tickets(part)[0]]
    assert len(said) > 6000 and not list(filter(promises, said))


def test_each_part_has_its_own_promises():
    ends = {}
    for part in SIZES:
        pairs, labels = load_pairs(part)
        ends[part] = {
            pair["non_preferred_output"][0]["content"].removeprefix(pair["preferred_output"][0]["content"])
            for pair, label in zip(pairs, labels, strict=True)
            if label["fault"] == "promise"
        }
    assert all(ends.values()) and not ends["test"] & (ends["train"] | ends["validation"])


@pytest.mark.parametrize(
    "answer, found",
    [
        (f"Dear Ms Lee, {SOUP} {WARRANTY}", []),
        (f"Dear Ms Lee, {SOUP}", ["half an answer"]),
        (f"{SOUP.capitalize()} {WARRANTY}", ["curt"]),
        (f"Dear Ms Lee, {SOUP} {WARRANTY} We will send you a voucher.", ["promise"]),
        (f"Dear Ms Lee, yes, you may vacuum the soup. The wide nozzle W-1 is best. {WARRANTY}", ["another rule"]),
        (f"{SOUP.capitalize()} I promise it.", ["half an answer", "promise", "curt"]),
    ],
)
def test_faults_are_named_by_rule(answer, found):
    assert faults(answer, ASKED, TRUTH) == found


def test_a_wrong_order_number_is_a_wrong_detail():
    truth = TRUTH | {
        "facts": ["order_cancel"],
        "things": {},
        "details": ["T1\\-12345"],
        "order": "T1-12345",
        "name": "",
    }
    said = "We have cancelled order {}. You get your money back within 14 days."
    assert faults(said.format("T1-12345"), "Please cancel T1-12345", truth) == []
    assert faults(said.format("T1-54321"), "Please cancel T1-12345", truth) == ["wrong detail"]
