"""Each kind of export goes the whole way from file to parts, or says in one sentence what to do."""

import json
import re
import warnings
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.training_data import clean, inspect, leaks, read, split

from . import (
    kinds_of_chats,
    kinds_of_desks,
    kinds_of_public_sets,
    kinds_of_tables,
    kinds_of_tickets,
    kinds_of_workplaces,
)

KINDS = [
    *kinds_of_tickets.KINDS,
    *kinds_of_desks.KINDS,
    *kinds_of_public_sets.KINDS,
    *kinds_of_chats.KINDS,
    *kinds_of_tables.KINDS,
    *kinds_of_workplaces.KINDS,
]


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


OVER_LINES = ("OpenAI, over lines", "an array called .jsonl")  # not a value a line, as the test below takes them apart
BY_NAME = {
    k.name: k
    for k in (*kinds_of_tickets.KINDS, *kinds_of_desks.KINDS, *kinds_of_public_sets.KINDS, *kinds_of_workplaces.KINDS)
    if k.name not in OVER_LINES
}
VALUES = st.sampled_from(
    [None, True, 0, -1.5, "", "x", [], [None], [1, "x"], {}, {"id": 1}, {"type": "doc", "content": 1}]
).map(deepcopy)


def places(value):
    """Lists and objects inside a value, each with every key of it."""
    inner = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in inner] + [place for _, part in inner for place in places(part)]


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from([*BY_NAME]), data=st.data())
def test_a_file_with_broken_values_is_read_or_explained(tmp_path_factory, name, data):
    kind = BY_NAME[name]
    path = kind.write(tmp_path_factory.mktemp("broken"))
    if path.suffix not in (".json", ".jsonl"):
        return
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.suffix == ".jsonl" else []
    value = lines[:3] or json.loads(path.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        if found := places(value):
            inside, key = data.draw(st.sampled_from(found))
            inside[key] = data.draw(VALUES)
    path.write_text("".join(json.dumps(v) + "\n" for v in value) if lines else json.dumps(value))
    with warnings.catch_warnings(action="ignore"):
        try:
            examples = read(path, **kind.words)
        except ValueError as error:
            assert str(path) in str(error)
        else:
            clean(examples, inspect(examples))
