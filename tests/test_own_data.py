"""What lesson 8 promises: a desk's own spreadsheet becomes training files, with every flaw named by its line."""

import json

import pandas as pd
import pytest

from helpers import costs, decision
from helpers.data import jsonl
from helpers.data.copies import find_contradictions
from helpers.data.examples import as_test, for_upload
from helpers.data.inspection import inspect, mended
from helpers.data.reading import read
from helpers.data.splitting import split
from helpers.paths import DATA, ROOT

LIBRARY = {
    "path": ROOT / "data" / "library" / "desk.xlsx",
    "conversation": "Case",
    "role": "Person",
    "text": "Words",
    "topic": "Subject",
    "roles": {"Librarian": "assistant"},
    "system": "Millbrook Public Library. Answer briefly.",
}
TICKETS = {
    "path": DATA / "de" / "raw.jsonl",
    "roles": {"agent": "assistant"},
    "system": "Kundendienst T-1000. Kurz antworten.",
}
KEEP = ["uneven topic"]


def test_every_planted_flaw_of_the_spreadsheet_is_named_by_its_row_and_nothing_else():
    planted = json.loads((ROOT / "tests" / "library_flaws.json").read_text())
    found = inspect(read(**LIBRARY)).table
    assert sorted(zip(found.line, found.kind, strict=True)) == sorted((flaw["row"], flaw["flaw"]) for flaw in planted)


@pytest.mark.parametrize("source", [LIBRARY, TICKETS], ids=["library", "tickets"])
def test_from_a_desks_file_to_clean_training_files(source, tmp_path):
    before = source["path"].read_bytes()
    examples = read(**source)
    clean = mended(examples, inspect(examples), KEEP)
    assert set(inspect(clean).counts) <= set(KEEP)
    assert len(clean) > 0.9 * len(examples)
    parts = split(clean)
    for name, part in parts.items():
        jsonl.write_jsonl(tmp_path / f"{name}.jsonl", map(for_upload, part))
        assert jsonl.read_jsonl(tmp_path / f"{name}.jsonl") == [for_upload(example) for example in part]
    assert source["path"].read_bytes() == before


def test_a_case_of_several_answers_is_asked_for_its_last_one():
    case = next(e for e in read(**LIBRARY) if len(e["messages"]) == 5)
    asked, answer = as_test(case)
    assert [m["role"] for m in asked] == ["system", "user", "assistant", "user"]
    assert answer == case["messages"][4]["content"]


def talk(question: str, answer: str) -> dict:
    return {
        "topic": "hours",
        "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}],
    }


def test_an_answer_that_says_the_usual_one_and_then_more_contradicts_nothing():
    usual = "We are open from nine to six."
    examples = [talk(f"{day}, when do you open?", usual) for day in ("Monday", "Tuesday", "Friday", "On Sunday night")]
    assert not list(
        find_contradictions([*examples, talk("And on the feast?", f"{usual} On feasts the door at the back is used.")])
    )
    assert len(list(find_contradictions([*examples, talk("And on the feast?", "We are open from ten to four.")]))) == 1


def conditions(**changes):
    examples = [
        talk(f"{n} {word} please", "Yes, gladly.") for n in range(30) for word in ("apples", "zebras", "houses")
    ]
    usual: dict = {
        "parts": {"train": examples, "validation": [], "test": []},
        "report": inspect([]),
        "estimate": costs.estimate(examples, "gpt-4.1-mini-2025-04-14", on="2026-11-22"),
        "budget_usd": 1.0,
        "keep": ["no examples"],
        "payback": costs.payback(1, 0.02, 0.01, a_day=100, start="2026-11-22", retires="2027-01-14"),
    }
    return decision.conditions(**usual | changes)


def test_go_if_all_conditions_are_met():
    table = conditions()
    assert isinstance(table, pd.DataFrame) and table.met.all()
    assert decision.verdict(table) == "Go."


@pytest.mark.parametrize(
    "change, unmet",
    [
        ({"budget_usd": 0.0}, "within the budget"),
        ({"payback": costs.payback(1, 0.01, 0.02, a_day=100, start="2026-11-22")}, "pays for itself"),
        ({"keep": []}, "no flaw"),
        (
            {"parts": {"train": [talk("hello there you", "Yes.")], "test": [talk("hello there you", "Yes.")]}},
            "two parts",
        ),
    ],
)
def test_no_go_names_what_is_not_met(change, unmet):
    said = decision.verdict(conditions(**change))
    assert said.startswith("No-go.") and unmet in said
