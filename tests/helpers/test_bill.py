"""Tokens as they are billed: exact where OpenAI's rule is known, and said if it is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import tokens

MINI = "gpt-4.1-mini-2025-04-14"
texts = st.text(max_size=40) | st.sampled_from(["", " ", "<|endoftext|>", "\ud800", "ü" * 9])
roles = st.sampled_from(["system", "user", "assistant"])
chats = st.lists(st.builds(lambda role, text: {"role": role, "content": text}, roles, texts), min_size=1, max_size=7)
KEYS = ["messages", "role", "content", "type", "text", "weight", "tools", "name"]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=4),
    max_leaves=12,
)


def example(*contents, **more):
    return {"messages": [{"role": "user", "content": content} for content in contents]} | more


@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=6), st.sampled_from([MINI, "gpt-3.5-turbo"]))
def test_the_rule_of_the_five_real_jobs(contents, model):
    """Three messages are billed with 13 tokens more than their contents, whatever these are."""
    bill = tokens.bill((example(*three) for three in contents), model)
    assert bill.tokens == sum(tokens.count(text, model) for three in contents for text in three) + 13 * len(contents)
    assert bill.examples == len(contents) and bill.assumed == ()


@given(chats)
def test_any_number_of_messages(messages):
    expected = sum(tokens.count(m["content"], MINI) + 4 for m in messages) + 1
    assert tokens.billed({"messages": messages}, MINI) == expected
    assumed = tokens.bill([{"messages": messages}], MINI).assumed
    assert [("three messages" in said) for said in assumed] == [True] * (len(messages) != 3)


@given(st.text("aB1 ' .,(é\n\r\t\xa0\u2028\x1c\ud83d\ude00🙂sm/") | texts, st.sampled_from([MINI, "gpt-3.5-turbo"]))
def test_counting_by_words_gives_what_tiktoken_gives(text, model):
    assert tokens.count(text, model) == len(tokens.encoding(model).encode_ordinary(text))


def test_a_text_that_overflows_tiktoken_is_counted():
    assert tokens.count("a" + " " * 1_000_000 + "b", MINI) > 1000


@given(values)
def test_what_cannot_be_counted_is_one_clear_error(value):
    try:
        assert tokens.bill([example("a"), value], MINI).tokens > 0
    except ValueError as error:
        assert str(error).startswith("Example 2") and "\n" not in str(error)


def test_an_image_is_refused():
    with pytest.raises(ValueError, match="Example 1, message 2: only text can be counted"):
        tokens.billed(example("a", [{"type": "image_url", "image_url": "https://example.org/a.png"}]), MINI)


@pytest.mark.parametrize(
    "changed, counted, said",
    [
        ({"tools": [{"type": "function"}]}, json.dumps([{"type": "function"}]), "how OpenAI bills tools is not known"),
        ({"messages": [{"role": "assistant", "tool_calls": "x"}] * 3}, "x x x", "bills tool_calls is not known"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}] * 3},
            "hihihi",
            "content parts is",
        ),
        (
            {"messages": [{"role": "assistant", "content": "hi", "weight": 0}] * 3},
            "hihihi",
            "weight 0 are billed like all",
        ),
        ({"messages": [{"role": "assistant", "content": "hi", "weight": 1}] * 3}, "hihihi", None),
    ],
)
def test_what_the_rule_does_not_cover_is_counted_and_said(changed, counted, said):
    bill = tokens.bill([example("", "", "") | changed], MINI)
    assert bill.tokens == 13 + tokens.count(counted, MINI)
    assert said in str(bill) if said else bill.assumed == ()


@pytest.mark.parametrize(
    "model, name, known",
    [
        (MINI, "o200k_base", True),
        (f"ft:{MINI}:org:suffix:id", "o200k_base", True),
        (f"ft:{MINI}:org::id:ckpt-step-90", "o200k_base", True),
        ("ft:gpt-4o-mini-2024-07-18:org::id", "o200k_base", True),
        ("ft:gpt-3.5-turbo-0125:org::id", "cl100k_base", True),
        ("gpt-3.5-turbo", "cl100k_base", True),
        ("gpt-6-luna", "o200k_base", False),
        ("ft:SmolLM2-135M-Instruct:local:x:id", "SmolLM2", True),
        ("", "o200k_base", False),
    ],
)
def test_the_tokenizer_is_known_or_the_assumption_is_said(model, name, known):
    bill = tokens.bill([example("a", "b", "c")], model)
    assert bill.encoding == tokens.encoding(model).name == name
    assert ("Assumed" not in str(bill)) == known and (tokens.assumption(model) is None) == known


def test_a_conversation_reads_what_was_said_before_again():
    turn = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    one = {"messages": [{"role": "system", "content": "s"}, *turn]}
    two = {"messages": [{"role": "system", "content": "s"}, *turn, *turn]}
    assert tokens.per_conversation([one], MINI) == (2, 1, 1)
    assert tokens.per_conversation([two], MINI) == (2 + 4, 2, 2)
    assert tokens.per_conversation([one, two], MINI) == (4, 1.5, 1.5)
    with pytest.raises(ValueError, match="no example"):
        tokens.per_conversation([], MINI)
