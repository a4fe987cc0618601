"""The checker, the bill and the local server count the same tokens, and the report says what has no text to count."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import tokens
from helpers.paths import DATA, DESK, ROOT, TAPES
from helpers.training_data import check, read_jsonl
from helpers.training_data.checks import MODEL

from .. import needs

LOCAL = "SmolLM2-135M-Instruct"
ASKED, SAID = {"role": "user", "content": "Where is my order?"}, {"role": "assistant", "content": "On its way."}
TOOL = {"type": "function", "function": {"name": "find", "description": "finds it", "parameters": {"type": "object"}}}
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"id": "1"}'}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
TEXT = {"type": "text", "text": "What is this?"}

texts = st.text(max_size=30) | st.sampled_from(["", " ", "ü" * 9, "电池 1 234"])
values = st.none() | texts | st.lists(texts, max_size=3) | st.dictionaries(texts, texts, max_size=3)
parts = st.lists(st.builds(lambda text: {"type": "text", "text": text}, texts), max_size=3)
keys = st.sampled_from(["name", "refusal", "weight", *tokens.MESSAGE_FIELDS])
messages = st.builds(
    lambda role, content, more: {"role": role, "content": content} | more,
    st.sampled_from(["system", "developer", "user", "assistant", "tool", "function"]),
    texts | parts | st.none(),
    st.dictionaries(keys, values, max_size=2),
)


@given(
    st.lists(messages, min_size=1, max_size=5),
    st.dictionaries(st.sampled_from([*tokens.EXAMPLE_FIELDS, "topic"]), values, max_size=3),
    st.sampled_from([MODEL, LOCAL, "gpt-3.5-turbo", "gpt-6-luna"]),
)
def test_the_checker_counts_what_is_billed(messages, more, model):
    example = {"messages": messages} | more
    assert check([example], model).tokens == tokens.billed(example, model)


def test_tools_and_calls_are_counted_by_the_checker():
    call = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    example = {"messages": [ASKED, call], "tools": [TOOL]}
    counted = [ASKED["content"], json.dumps([CALL]), json.dumps([TOOL])]
    assert check([example]).tokens == sum(tokens.count(text, MODEL) for text in counted) + 2 * 4 + 1


def test_what_has_no_text_is_said_beside_the_number_of_tokens():
    example = {"messages": [{"role": "user", "content": [TEXT, IMAGE, IMAGE]}, SAID]}
    report = check([example] * 10)
    assert report.note == "The tokens leave out what has no text: 20 × image_url."
    assert report.tokens == 10 * tokens.billed({"messages": [{"role": "user", "content": [TEXT]}, SAID]}, MODEL)
    assert check([{"messages": [ASKED, SAID]}] * 10).note == ""


def test_the_report_says_where_the_tokenizer_is_not_known():
    assert "the tokenizer of 'other-1b' is not known" in check([{"messages": [ASKED, SAID]}] * 10, "other-1b").note


def test_tools_are_read_again_for_each_answer():
    example = {"messages": [ASKED, SAID, ASKED, SAID], "tools": [TOOL]}
    plain = tokens.per_conversation([{"messages": example["messages"]}], MODEL)
    tools = tokens.count(json.dumps([TOOL]), MODEL)
    assert tokens.per_conversation([example], MODEL).prompt == plain.prompt + 2 * tools


@pytest.mark.parametrize("name", [LOCAL, "HuggingFaceTB/SmolLM2-360M-Instruct", f"ft:{LOCAL}:local:x:id"])
@pytest.mark.parametrize("text, times, too_long", [("电池保修", 1_200, True), ("What is it? ", 1_200, False)])
def test_an_example_is_as_long_as_the_local_model_reads_it(name, text, times, too_long):
    examples = [{"messages": [{"role": "user", "content": text * times}, SAID]}]
    assert tokens.billed(examples[0], MODEL) < 8_192
    assert ("too long" in check(examples, name).counts) == too_long


def test_the_limit_of_a_model_holds_for_microsofts_name_of_it():
    long = [{"messages": [{"role": "user", "content": "What is it? " * 4_500}, SAID]}]
    assert "too long" in check(long, "gpt-35-turbo-0125").counts and "too long" not in check(long).counts


def test_a_real_training_of_the_local_model_saw_so_many_tokens():
    tape = (TAPES / "04_poll_events.jsonl").read_text(encoding="utf-8").splitlines()
    bodies = [exchange["response"]["body"].get("json") for exchange in map(json.loads, tape[1:])]
    job = next(body for body in bodies if isinstance(body, dict) and body.get("trained_tokens"))
    per_epoch = tokens.bill(read_jsonl(DESK / "en" / "train.jsonl"), job["model"]).tokens
    assert job["trained_tokens"] == per_epoch * job["hyperparameters"]["n_epochs"]


def test_the_tokenizer_is_that_of_the_local_server():
    needs.training()
    from transformers import AutoTokenizer

    from finetune_server.model.download import DEFAULT_MODEL, MODELS
    from finetune_server.training.tokenize import tokenize_example

    if not (MODELS / DEFAULT_MODEL / "config.json").is_file():
        pytest.skip("the weights of the local model were not fetched")
    tokenizer = AutoTokenizer.from_pretrained(MODELS / DEFAULT_MODEL)
    examples = read_jsonl(DATA / "de" / "train.jsonl")[:40] + read_jsonl(ROOT / "data/examples/german/train.jsonl")[:40]
    examples.append({"messages": [{"role": "user", "content": "电池 12,5 ﷺ🙂 Привет"}, SAID, ASKED, SAID]})
    for example in examples:
        assert len(tokenize_example(tokenizer, example).ids) == tokens.billed(example, LOCAL)
