"""Conversations without a question, answered before it, or with the customer's last word."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import check, clean
from helpers.training_data.turns import MENDED

U, THANKS = {"role": "user", "content": "How heavy is it?"}, {"role": "user", "content": "Thanks, bye!"}
A, S = {"role": "assistant", "content": "It weighs two kilograms."}, {"role": "system", "content": "Be brief."}
HELLO = {"role": "assistant", "content": "Good morning and welcome to our shop! How can I help you today?"}
HALLO = {"role": "assistant", "content": "Guten Tag, hier ist der Service. Womit kann ich Ihnen heute helfen?"}
CALL = {
    "role": "assistant",
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "weigh", "arguments": "{}"}}],
}
WEIGHED = {"role": "tool", "tool_call_id": "c", "content": "2 kg"}
TOOLS = [{"type": "function", "function": {"name": "weigh"}}]


def talk(*messages, **beside):
    return {"messages": list(messages), **beside}


@pytest.mark.parametrize(
    "good",
    [
        talk(U, A),
        talk(S, U, U, A),
        talk(S, HELLO, U, A),
        talk(HELLO | {"weight": 0}, U, A),
        talk(U, A, U, A),
        talk(U, A, A),
        talk(U, CALL, WEIGHED, A, tools=TOOLS),
        talk(U, CALL, tools=TOOLS),
    ],
)
def test_a_question_and_then_its_answer_is_in_order(good):
    assert not check([good]).counts


@pytest.mark.parametrize(
    "bad, found",
    [
        (talk(A), {"no question": None}),
        (talk(S, A), {"no question": None}),
        (talk(A, U), {"wrong order": 1}),
        (talk(S, A, U), {"wrong order": 2}),
        (talk(A, U, A, U), {"wrong order": 1}),
        (talk(A, U, A), {"answer first": 1}),
        (talk(HELLO, U, A), {"answer first": 1}),
        (talk(HALLO, U, A, THANKS), {"answer first": 1, "no reply": 4}),
        (
            talk({"role": "assistant", "content": "Good morning, Kim here!"}, U, A, THANKS),
            {"answer first": 1, "no reply": 4},
        ),
        (talk(S, U, A, THANKS), {"no reply": 4}),
        (talk(U, A, U, THANKS), {"no reply": 4}),
        (talk(U), {"no answer": None}),
        (talk(U, {"role": "agent", "content": "Two."}), {"no answer": None, "unknown role": 2}),
    ],
)
def test_the_order_is_wrong(bad, found):
    table = check([bad]).table
    assert dict(zip(table.kind, table.message.astype(object).where(table.message.notna(), None), strict=True)) == found


def test_a_greeting_becomes_context_and_last_words_are_taken_off():
    examples = [talk(HELLO, U, A, THANKS), talk(A, U), talk(S, A), talk(U, A | {"content": "Two kilograms."})]
    cleaned = clean(examples[:3], check(examples[:3]))
    assert cleaned == [talk(HELLO | {"weight": 0}, U, A)] and not check(cleaned).counts
    assert clean(examples[:1], check(examples[:1]), [*MENDED]) == examples[:1]


SAID = st.sampled_from([U, THANKS, A, HELLO, S, A | {"weight": 0}, {"role": "agent", "content": "Hm."}])


@given(st.lists(st.lists(SAID, max_size=6).map(lambda messages: talk(*messages)), max_size=4))
def test_what_is_cleaned_is_in_order_and_every_message_kept_is_as_it_was(examples):
    before = json.dumps(examples)
    numbered = [example | {"line": n} for n, example in enumerate(examples)]
    cleaned = clean(numbered, check(numbered), ["duplicate", "near-duplicate"])
    assert not set(check(cleaned).counts) - {"no examples", "many system prompts", "other system prompt"}
    assert json.dumps(examples) == before
    for example in cleaned:
        was = examples[example["line"]]["messages"]
        assert [m["content"] for m in example["messages"]] == [m["content"] for m in was[: len(example["messages"])]]


def test_an_example_of_which_only_the_greeting_was_learned_is_left_out():
    examples = [talk(HELLO, U, A | {"weight": 0}) | {"line": 1}, talk(U, A) | {"line": 2}]
    assert [example["line"] for example in clean(examples, check(examples))] == [2]
