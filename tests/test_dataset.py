import pytest

from helpers import dataset, grading
from helpers.paths import DATA

PLANTED = {"duplicate", "near copy", "contradicts the handbook", "personal data", "wrong role", "no answer"}


@pytest.fixture(params=["en", "de"])
def language(request):
    return request.param


def raw(language):
    return dataset.read_jsonl(DATA / language / "raw.jsonl"), dataset.load_handbook(language)


def test_raw_data_has_every_kind_of_flaw_and_mending_leaves_none(language):
    tickets, handbook = raw(language)
    assert set(dataset.find_flaws(tickets, handbook).flaw) == PLANTED
    assert dataset.find_flaws(dataset.mend(tickets, handbook), handbook).empty


def test_flaws_name_their_line(language):
    tickets, handbook = raw(language)
    for line, ticket, _, _ in dataset.find_flaws(tickets, handbook).itertuples(index=False):
        assert tickets[line - 1]["ticket"] == ticket


def test_the_written_files_are_what_the_raw_data_gives(language):
    tickets, handbook = raw(language)
    for name, part in dataset.split(dataset.mend(tickets, handbook)).items():
        expected = [dataset.to_example(ticket, language) for ticket in part]
        assert dataset.read_jsonl(DATA / language / f"{name}.jsonl") == expected


def test_parts_are_large_enough_and_share_no_question(language):
    tickets, handbook = raw(language)
    parts = dataset.split(dataset.mend(tickets, handbook))
    assert len(parts["train"]) >= 180 and len(parts["test"]) >= 74
    for part in parts.values():
        assert {t["topic"] for t in part} == set(handbook.index)
    everything = [t for part in parts.values() for t in part]
    assert len({t["ticket"] for t in everything}) == len(everything)
    assert dataset.copies(everything) == []


def test_every_answer_of_the_handbook_states_its_own_fact_and_no_other(language):
    handbook = dataset.load_handbook(language)
    for topic, expression in handbook.must_match.items():
        assert [id for id, answer in handbook.answer.items() if grading.states_fact(answer, expression)] == [topic]
