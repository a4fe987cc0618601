"""The first tickets of the T-1000: what is wrong in the raw ones, and what cleaning gives."""

import json

import pytest

from helpers.compare import states_fact
from helpers.paths import DATA
from helpers.t1000 import tickets
from helpers.t1000.desk_cleaning import handbook_check
from helpers.training_data import (
    check,
    clean,
    find_near_duplicates,
    find_personal_data,
    first_answer,
    first_question,
    inspect,
    leaks,
    read_jsonl,
    split,
)

PLANTED = {
    "duplicate",
    "near-duplicate",
    "contradicts the handbook",
    "personal data",
    "unknown role",
    "no answer",
    "empty",
}


@pytest.fixture(params=["en", "de"])
def language(request):
    return request.param


def load(language):
    return read_jsonl(DATA / language / "raw.jsonl"), tickets.load_handbook(language)


def report_on(examples, handbook):
    """The report on all kinds of flaws that were planted."""
    return inspect(examples, checks=[find_near_duplicates, find_personal_data, handbook_check(handbook)])


def with_handbook_answer(ticket, fact):
    """A ticket of question and answer; a missing or wrong answer is the handbook's."""
    question, answer = first_question(ticket).strip(), first_answer(ticket)
    if not states_fact(answer, fact.must_match):
        answer = fact.answer
    return ticket | {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def prepared(raw, handbook):
    """As data/t1000 was prepared."""
    corrected = [with_handbook_answer(ticket, handbook.loc[ticket["topic"]]) for ticket in raw]
    return clean(corrected, check(corrected))


def test_raw_data_has_every_kind_of_finding_and_cleaned_data_has_none(language):
    raw, handbook = load(language)
    assert set(report_on(raw, handbook).counts) == PLANTED
    assert len(report_on(prepared(raw, handbook), handbook)) == 0


def test_cleaning_leaves_out_near_duplicates_only(language):
    raw, handbook = load(language)
    findings = report_on(raw, handbook)
    left = {ticket["ticket"] for ticket in prepared(raw, handbook)}
    assert {line for line, ticket in enumerate(raw, 1) if ticket["ticket"] not in left} == findings.lines(
        "duplicate", "near-duplicate"
    )


def test_what_contradicts_the_handbook_is_named_by_its_line(language):
    raw, handbook = load(language)
    found = inspect(raw, checks=[handbook_check(handbook)]).table
    for line, detail in found.loc[found.kind == "contradicts the handbook", ["line", "detail"]].itertuples(index=False):
        ticket = raw[line - 1]
        assert detail == ticket["messages"][-1]["content"]
        assert not states_fact(detail, handbook.must_match[ticket["topic"]])


def test_the_files_are_what_the_raw_data_gives_to_the_byte(language):
    raw, handbook = load(language)
    for name, part in split(prepared(raw, handbook)).items():
        lines = (json.dumps(tickets.to_example(ticket, language), ensure_ascii=False) + "\n" for ticket in part)
        assert (DATA / language / f"{name}.jsonl").read_bytes() == "".join(lines).encode()


def test_parts_are_large_enough_and_share_no_question(language):
    raw, handbook = load(language)
    parts = split(prepared(raw, handbook))
    assert len(parts["train"]) >= 180 and len(parts["test"]) >= 74
    for part in parts.values():
        assert {t["topic"] for t in part} == set(handbook.index)
    everything = [t for part in parts.values() for t in part]
    assert len({t["ticket"] for t in everything}) == len(everything)
    assert leaks(parts).empty and not list(find_near_duplicates(everything))


def test_every_answer_of_the_handbook_states_its_own_fact_and_no_other(language):
    handbook = tickets.load_handbook(language)
    for topic, expression in handbook.must_match.items():
        assert [id for id, answer in handbook.answer.items() if states_fact(answer, expression)] == [topic]
