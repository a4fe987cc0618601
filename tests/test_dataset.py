import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import dataset
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
    for row in dataset.find_flaws(tickets, handbook).itertuples():
        assert tickets[row.line - 1]["ticket"] == row.ticket


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


def test_every_answer_of_the_handbook_states_its_own_fact(language):
    import re

    handbook = dataset.load_handbook(language)
    assert all(re.search(row.must_match, row.answer, re.IGNORECASE) for row in handbook.itertuples())


@pytest.mark.parametrize("text, masked", [
    ("write to a.b@c.org please", "write to [e-mail] please"),
    ("IBAN DE89 3704 0044 0532 0130 00 it is", "IBAN [IBAN] it is"),
    ("call +44 20 7946 0958", "call [phone]"),
    ("T-1000 with 2.4 kg, error E4, 40 minutes", "T-1000 with 2.4 kg, error E4, 40 minutes"),
])  # fmt: skip
def test_personal_data_is_masked_and_nothing_else(text, masked):
    assert dataset.mask_personal(text)[0] == masked


@given(st.text(), st.text())
def test_likeness_is_a_share_and_symmetric(one, other):
    a, b = dataset.letter_triples(one), dataset.letter_triples(other)
    assert 0 <= dataset.likeness(a, b) <= 1
    assert dataset.likeness(a, b) == dataset.likeness(b, a)
    assert dataset.likeness(a, a) == 1


@given(st.lists(st.sampled_from(["red light", "red lights", "the red light blinks", "blinks", "Red light!", ""]), max_size=8))
def test_copies_are_exactly_the_pairs_that_are_alike(questions):
    tickets = [{"messages": [{"role": "user", "content": q}]} for q in questions]
    triples = [dataset.letter_triples(q) for q in questions]
    expected = [(i, j, dataset.likeness(triples[i], triples[j])) for j in range(len(questions)) for i in range(j)
                if triples[i] and triples[j] and dataset.likeness(triples[i], triples[j]) >= dataset.NEAR]  # fmt: skip
    assert dataset.copies(tickets) == sorted(expected)


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"a": 1}\n\n{"a": \n')
    with pytest.raises(ValueError, match="line 3 is not JSON"):
        dataset.read_jsonl(path)


@given(st.lists(st.dictionaries(st.text(), st.text()), max_size=5))
def test_what_was_written_is_read_again(tmp_path_factory, objects):
    path = tmp_path_factory.mktemp("data") / "x.jsonl"
    dataset.write_jsonl(path, objects)
    assert dataset.read_jsonl(path) == objects


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "x.jsonl"
    dataset.write_jsonl(path, [{"a": "ü"}])
    with pytest.raises(TypeError):
        dataset.write_jsonl(path, [{"a": object()}])

    def disk_full(self, content):
        open(self, "wb").write(content[:3])
        raise OSError("No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", disk_full)
    with pytest.raises(OSError):
        dataset.write_jsonl(path, [{"a": "new"}])
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": "ü"}
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"]
