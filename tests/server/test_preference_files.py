"""A preference file that cannot be learned from is refused in one sentence: line, message, and what to do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import needs

needs.training()

from finetune_server.training.preference_file import read_pairs
from finetune_server.training.training_file import BadFile, read_examples

from ..local_server import lines, pairs

USER = {"role": "user", "content": "hi"}
YES, NO = {"role": "assistant", "content": "yes"}, {"role": "assistant", "content": "no"}
CALLS = [{"id": "x", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]
PAIR = {"input": {"messages": [USER]}, "preferred_output": [YES], "non_preferred_output": [NO]}


def without(*names):
    return {name: part for name, part in PAIR.items() if name not in names}


def asked(*messages, **beside):
    return PAIR | {"input": {"messages": list(messages)} | beside}


def test_pairs_are_read_as_they_stand():
    read = read_pairs(pairs(10))
    assert len(read) == 10 and read[3]["preferred_output"] == [{"role": "assistant", "content": "Yes please, 3"}]
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    call = {"role": "assistant", "content": None, "tool_calls": CALLS}
    good = asked(USER, YES, USER, tools=tools, parallel_tool_calls=False) | {"preferred_output": [call]}
    assert read_pairs(json.dumps(good).encode(), "validation_file") == [good]


@pytest.mark.parametrize(
    "bad, words",
    [
        ([], "Example 11 is not a JSON object"),
        (without("input"), 'Example 11 has no "input" with a list "messages": give what both answers reply to'),
        (PAIR | {"input": [USER]}, 'Example 11 has no "input" with a list "messages"'),
        (asked(), 'Example 11 has no "input" with a list "messages"'),
        (without("preferred_output"), 'has no "preferred_output": give a list with one message from the assistant'),
        (without("non_preferred_output"), 'Example 11 has no "non_preferred_output": give a list with one message'),
        (PAIR | {"preferred_output": None}, 'Example 11 has no "preferred_output"'),
        (PAIR | {"preferred_output": "yes"}, 'has no list of messages in "preferred_output": give one message'),
        (PAIR | {"preferred_output": []}, 'Example 11 has 0 messages in "preferred_output": give one message'),
        (
            PAIR | {"non_preferred_output": [YES, USER, NO]},
            'Example 11 has 3 messages in "non_preferred_output": give one message from the assistant; earlier turns '
            'stand in "input"',
        ),
        (PAIR | {"preferred_output": [USER]}, "Example 11, preferred_output is from the user: give a message from the"),
        (PAIR | {"preferred_output": ["yes"]}, "Example 11, preferred_output Discriminator 'role' is missing in value"),
        (PAIR | {"non_preferred_output": [NO | {"content": " "}]}, "Example 11, non_preferred_output has no text"),
        (PAIR | {"preferred_output": [YES | {"content": ""}]}, "Example 11, preferred_output has no text as its"),
        (PAIR | {"preferred_output": [YES | {"weight": 1}]}, 'preferred_output contains an extra "weight": leave it'),
        (asked(USER | {"content": ""}), "Example 11, input message 1 has no text as its content"),
        (asked(USER | {"role": "agent"}), "Example 11, input message 1 has the role 'agent'"),
        (asked(USER, NO), "Example 11, input message 2 is from the assistant, and so are the answers: leave it out"),
        (asked(YES | {"weight": 0}, USER), 'Example 11, input message 1 contains an extra "weight": leave it out'),
        (asked(USER, functions=[]), 'Example 11, input contains an extra "functions": leave it out'),
        (asked(USER, tools=5), "Example 11, input: Invalid value for 'tools': expected a list"),
        (asked(USER, parallel_tool_calls="no"), "Example 11, input has a parallel_tool_calls that is neither true"),
        (PAIR | {"preferred": [YES]}, 'Example 11 contains an extra "preferred": leave it out'),
        (PAIR | {"messages": [USER, YES]}, 'Example 11 contains an extra "messages": leave it out'),
        (
            PAIR | {"non_preferred_output": [YES]},
            "Example 11 prefers an answer to the same answer: give two that differ, or leave the example out",
        ),
        (
            PAIR | {"non_preferred_output": [YES | {"content": [{"type": "text", "text": "yes "}]}]},
            "to the same answer",
        ),
        (
            {"messages": [USER, YES]},
            "Example 11 is one of the method 'supervised': train with that method, or give \"input\" with its",
        ),
    ],
)
@pytest.mark.parametrize("param", ["training_file", "validation_file"])
def test_a_bad_pair_is_refused_by_line_and_message(bad, words, param):
    with pytest.raises(BadFile) as caught:
        read_pairs(pairs(10) + b"\n" + json.dumps(bad).encode(), param)
    assert (caught.value.code, caught.value.param) == ("invalid_training_file", param)
    start = f"The job failed due to an invalid {param.replace('_', ' ')}. Invalid file format. Example 11"
    assert words in str(caught.value) and str(caught.value).startswith(start)


def test_a_preference_file_is_no_file_of_examples():
    with pytest.raises(BadFile, match="Example 1 is a pair of answers: train with the method 'dpo', or give the"):
        read_examples(pairs(10))


def test_fewer_than_ten_pairs_are_too_few_to_train_on():
    with pytest.raises(BadFile, match="must have at least 10 examples") as caught:
        read_pairs(pairs(9))
    assert caught.value.code == "invalid_n_examples" and len(read_pairs(pairs(9), "validation_file")) == 9


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([USER, YES, NO]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "x"]), parts),
    max_leaves=6,
)


@given(JSON, st.sampled_from([*PAIR, "messages", "tools", ""]))
def test_whatever_stands_in_a_line_is_a_pair_or_is_refused(part, name):
    bad = PAIR | {name: part} if name in PAIR else asked(*[USER], **{name: part}) if name else part
    for read in (read_pairs, read_examples):
        try:
            read(json.dumps(bad).encode() + b"\n" + lines(1), "validation_file")
        except BadFile as error:
            assert "Example 1" in str(error) or "Example 2" in str(error)
        else:
            raise AssertionError("an example and a pair are not of one file")
