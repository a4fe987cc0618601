"""Any bytes at all give a finding or one clear error, never a traceback from inside."""

import json
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from finetune_server.training.training_file import read_examples
from helpers.training_data import CHECKS, check, personal_data, read, split

GOOD = json.dumps(
    {"messages": [{"role": "user", "content": "Wie schwer?"}, {"role": "assistant", "content": "Für Böden."}]},
    ensure_ascii=False,
).encode()
LINES, RUNS = 120, 100  # 12,000 broken lines
KEYS = st.sampled_from(
    "messages role content weight tools tool_calls tool_call_id function type name arguments id text topic line "
    "parallel_tool_calls refusal".split()
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["user", "assistant", "tool", "function", "system", "text", "{}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MESSAGE = st.fixed_dictionaries(
    {"role": VALUES | st.sampled_from(["user", "assistant", "tool"]), "content": VALUES},
    optional={"weight": VALUES, "tool_calls": VALUES, "name": VALUES, "tool_call_id": VALUES},
)
EXAMPLE = st.fixed_dictionaries(
    {"messages": VALUES | st.lists(MESSAGE | VALUES, max_size=3)}, optional={"tools": VALUES, "topic": VALUES}
)


def broken(rng: random.Random, line: bytes) -> bytes:
    """The line with some of its bytes lost, changed, doubled or added; never what it was, and never two lines."""
    content = bytearray(line)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(content) + 1)
        how = rng.randrange(4)
        if how == 0:
            del content[at : at + rng.randint(1, 20)]
        elif how == 1:
            content[at : at + 1] = rng.randbytes(1)
        elif how == 2:
            content[at:at] = content[at : at + rng.randint(1, 20)]
        else:
            content[at:at] = rng.randbytes(rng.randint(1, 8))
    return bytes(content).replace(b"\n", b" ").replace(b"\r", b" ")


@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_broken_line_is_a_finding_unless_the_api_would_take_it(tmp_path_factory, seed):
    rng = random.Random(seed)
    content = [broken(rng, GOOD) for _ in range(LINES)]
    path = tmp_path_factory.mktemp("bad") / "x.jsonl"
    path.write_bytes(b"\n".join(content))
    report = check(path)
    assert repr(report) and report._repr_html_()
    good = [raw for line, raw in enumerate([GOOD, *content]) if line not in report.lines()]
    read_examples(b"\n".join(good), "validation_file")  # raises what the API would
    assert len(good) < LINES / 2 and len(report.table)
    assert path.read_bytes() == b"\n".join(content)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(VALUES | EXAMPLE, min_size=10, max_size=40))
def test_every_value_of_json_is_checked(tmp_path_factory, values):
    before = repr(values)
    report = check(values)
    objects = [v for v in values if isinstance(v, dict)]
    for find in CHECKS:
        report.add(find(objects))
    assert len(report.table) <= len(report) and repr(report) and report._repr_html_()
    split(objects)
    personal_data.mask_examples(objects)
    path = tmp_path_factory.mktemp("values") / "x.jsonl"
    path.write_text("".join(json.dumps(v) + "\n" for v in values))
    check(path)
    assert repr(values) == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("utf-16", "replace")),
    name=st.sampled_from(["x.csv", "x.tsv", "x.jsonl", "x.xlsx", "x.parquet", "x.xls", "x", "folder/x.txt"]),
)
@example(content=b"a,b\n" + b"\x00,\xff", name="x.csv")
def test_reading_any_bytes_gives_examples_or_a_clear_error(tmp_path_factory, content, name):
    path = tmp_path_factory.mktemp("any") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    named: dict = {"question": "a", "answer": "b"}
    for columns in ({}, named):
        try:
            check(read(path if path.suffix != ".txt" else path.parent, **columns))
        except ValueError as error:
            assert str(path.parent) in str(error)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content, found",
    [
        (b"", {"no examples": 1}),
        (b"\xef\xbb\xbf", {"no examples": 1}),
        (b" \r\n\t\n", {"no examples": 1}),
        (b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD + b"\r\n", {}),
        (GOOD + b"\n" + GOOD.replace(b"B", b"\x00"), {"not JSON": 1}),
        (GOOD + b"\n" + GOOD.replace(b"B", b"\\u0000"), {"encoding": 1}),
        (GOOD + b"\n" + GOOD.decode().encode("cp1252"), {"encoding": 1}),
        (("\n".join([GOOD.decode()] * 2)).encode("utf-16"), {"encoding": 2}),
        (GOOD.replace(b"schwer", b"dust " * 2_000_000) + b"\n" + GOOD, {"too long": 1}),
        (GOOD.replace(b"schwer", b" " * 2_000_000 + b"^" * 1_000_000), {"too long": 1}),
        (b"[" * 10_000_000, {"not JSON": 1}),
        (b"x" * 40_000_000 + b"\n" + GOOD, {"not JSON": 1}),
        (b"1" * 10_000, {"not JSON": 1}),
        (GOOD.replace(b"{", b"", 1) + b"\n" + GOOD, {"not JSON": 1}),
    ],
)
def test_odd_files(tmp_path, content, found):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    assert check(path).counts == found


def test_a_folder_and_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder. Name a file in it"):
        check(tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no file"):
        check(tmp_path / "none.jsonl")
