"""What lesson 8 promises: a desk's own spreadsheet becomes training files, and each finding names its line."""

import json

import pytest

from helpers.paths import DATA, ROOT
from helpers.training_data import (
    changed_messages,
    clean,
    inspect,
    read,
    read_jsonl,
    split,
    split_off_answer,
    upload_fields,
    write_jsonl,
)
from helpers.training_data.contradictions import find_contradictions

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
IGNORED = ["uneven topic"]


def test_what_was_planted_in_the_spreadsheet_is_named_by_its_row_and_nothing_else():
    planted = json.loads((ROOT / "tests" / "library_findings.json").read_text())
    found = inspect(read(**LIBRARY)).table
    assert sorted(zip(found.line, found.kind, strict=True)) == sorted(
        (finding["row"], finding["kind"]) for finding in planted
    )


@pytest.mark.parametrize("source", [LIBRARY, TICKETS], ids=["library", "tickets"])
def test_from_a_desks_file_to_clean_training_files(source, tmp_path):
    before = source["path"].read_bytes()
    examples = read(**source)
    cleaned = clean(examples, inspect(examples), IGNORED)
    assert set(inspect(cleaned).counts) <= set(IGNORED)
    assert len(cleaned) > 0.9 * len(examples)
    parts = split(cleaned)
    for name, part in parts.items():
        write_jsonl(tmp_path / f"{name}.jsonl", map(upload_fields, part))
        assert read_jsonl(tmp_path / f"{name}.jsonl") == [upload_fields(example) for example in part]
    assert source["path"].read_bytes() == before


def test_a_case_of_several_answers_is_asked_for_its_last_one():
    case = next(e for e in read(**LIBRARY) if len(e["messages"]) == 5)
    prompt, answer = split_off_answer(case)
    assert [m["role"] for m in prompt] == ["system", "user", "assistant", "user"]
    assert answer == case["messages"][4]["content"]


def talk(question: str, answer: str) -> dict:
    return {
        "topic": "hours",
        "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}],
    }


def test_what_masking_makes_alike_is_one_example_and_nothing_is_left():
    asked = [f"Bill to {name}@example.org" for name in ("r.dunmore", "ottoline.weatherby", "kay.brown.lee")]
    examples = [talk(question, "It is on its way.") | {"line": n} for n, question in enumerate(asked, 2)]
    assert not {"duplicate", "near-duplicate"} & set(inspect(examples).counts)
    cleaned = clean(examples, inspect(examples), IGNORED)
    assert [example["line"] for example in cleaned] == [2]
    assert not inspect(cleaned).counts


def test_the_messages_that_cleaning_changed_are_shown_with_their_lines():
    examples = [
        talk("Do you sell stamps?", "We do.") | {"line": 5},
        talk("Write to kay@example.org, please, when my book is in", "Gladly, to kay@example.org.") | {"line": 9},
    ]
    cleaned = clean(examples, inspect(examples), IGNORED)
    assert list(changed_messages(examples, cleaned)) == [
        (9, 1, "Write to kay@example.org, please, when my book is in", "Write to [e-mail], please, when my book is in"),
        (9, 2, "Gladly, to kay@example.org.", "Gladly, to [e-mail]."),
    ]
    assert not list(changed_messages(examples[:1], clean(examples[:1], inspect(examples[:1]), IGNORED)))
    assert not list(changed_messages(examples, []))


def test_an_answer_that_says_the_usual_one_and_then_more_contradicts_nothing():
    usual = "We are open from nine to six."
    examples = [talk(f"{day}, when do you open?", usual) for day in ("Monday", "Tuesday", "Friday", "On Sunday night")]
    assert not list(
        find_contradictions([*examples, talk("And on the feast?", f"{usual} On feasts the door at the back is used.")])
    )
    assert len(list(find_contradictions([*examples, talk("And on the feast?", "We are open from ten to four.")]))) == 1
