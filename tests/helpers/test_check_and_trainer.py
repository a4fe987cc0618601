"""What `check` finds nothing wrong with, the local trainer reads: near-misses of good examples, one change each."""

import copy
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from finetune_server.training.training_file import read_examples
from helpers.training_data import check

PARAMETERS = {"type": "object", "properties": {"id": {"type": "string"}}}
FIND = {"name": "find", "parameters": PARAMETERS}
CALL = {"name": "find", "arguments": '{"id": "7"}'}
ASKED, SAID = {"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "It is in Bonn."}
GOOD = [
    {"messages": [{"role": "system", "content": "Be brief."}, ASKED, SAID]},
    {"messages": [ASKED | {"name": "Kim"}, SAID | {"weight": 0}, ASKED, SAID | {"weight": 1}]},
    {
        "messages": [
            ASKED,
            {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": CALL}]},
            {"role": "tool", "tool_call_id": "c", "content": "Bonn"},
            SAID,
        ],
        "tools": [{"type": "function", "function": FIND}],
        "parallel_tool_calls": False,
    },
    {
        "messages": [
            ASKED,
            {"role": "assistant", "content": None, "function_call": CALL},
            {"role": "function", "name": "find", "content": "Bonn"},
            SAID,
        ],
        "functions": [FIND],
    },
]
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        2,
        0.5,
        "",
        " ",
        "x",
        "{",
        "{}",
        "[]",
        "Kim Blank",
        [],
        {},
        [{}],
        [None],
        "user",
        "assistant",
        CALL,
    ]
)


def places(value, path=()):
    """The path of every value inside, and of the value itself."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


@st.composite
def near_misses(draw):
    """A good example of which one value is another one, is missing, is doubled, or has one more beside it."""
    example = copy.deepcopy(draw(st.sampled_from(GOOD)))
    path = draw(st.sampled_from([path for path in places(example) if path]))
    inside = example
    for key in path[:-1]:
        inside = inside[key]
    how = draw(st.sampled_from(["other", "missing", "more"]))
    if how == "other":
        inside[path[-1]] = draw(ODD)
    elif how == "missing":
        del inside[path[-1]]
    elif isinstance(inside, list):
        inside.append(draw(ODD))
    else:
        key = draw(
            st.sampled_from(["name", "weight", "tools", "functions", "topic", "tool_calls", "function_call", ""])
        )
        inside[key] = draw(ODD)
    return example


BLANK_BESIDE_A_CALL = {"messages": [ASKED, {"role": "assistant", "content": " ", "function_call": CALL}]}


@example(BLANK_BESIDE_A_CALL | {"functions": [FIND]})
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(near_misses())
def test_what_check_lets_pass_the_trainer_reads(tmp_path_factory, near_miss):
    line = json.dumps(near_miss).encode()
    path = tmp_path_factory.mktemp("near") / "x.jsonl"
    path.write_bytes(line)
    if not check(path).counts:
        read_examples(line, "validation_file")  # raises what the trainer would


def test_the_good_examples_pass_both():
    for good in GOOD:
        assert not check([good]).counts
    read_examples(b"\n".join(json.dumps(good).encode() for good in GOOD), "validation_file")
