"""Each kind of export goes the whole way from file to parts, or says in one sentence what to do."""

import re
import warnings

import pytest

from helpers.training_data import clean, inspect, leaks, read, split

from . import kinds_of_chats, kinds_of_public_sets, kinds_of_tables, kinds_of_tickets

KINDS = [*kinds_of_tickets.KINDS, *kinds_of_public_sets.KINDS, *kinds_of_chats.KINDS, *kinds_of_tables.KINDS]


def test_there_are_enough_kinds():
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 56


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_from_an_export_to_its_parts(tmp_path, kind):
    path = kind.write(tmp_path)
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        if isinstance(kind.gives, str):
            with pytest.raises(ValueError, match=kind.gives) as error:
                read(path, **kind.words)
            assert str(tmp_path) in str(error.value) and "\n" not in str(error.value)
            return
        examples = read(path, **kind.words)
    assert [[(m["role"], m["content"]) for m in e["messages"]] for e in examples] == kind.gives
    said = " ".join(str(warning.message) for warning in shown)
    assert re.search(kind.says, said) if kind.says else not said
    cleaned = clean(examples, inspect(examples), ["uneven topic"])
    parts = split(cleaned)
    assert sum(map(len, parts.values())) == len(cleaned)
    assert not len(leaks(parts))
