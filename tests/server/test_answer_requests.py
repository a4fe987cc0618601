"""Nothing in a request for an answer is passed over: it is done, refused by its name, or told in the answer."""

import json
import re

import openai
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from .. import needs

needs.training()

from finetune_server.protocol.errors import ApiError
from finetune_server.protocol.nulls import drop_nulls
from finetune_server.protocol.validate import UNKNOWN, NamedTwice, parse_request
from finetune_server.routes.chat_completions import check_request
from finetune_server.routes.responses import read_input

HELLO = [{"role": "user", "content": "hello"}]
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "default": None}}}
NAMED = {"type": "function", "function": {"name": "weather"}}
ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [NAMED]}}
FUNCTION = {"name": "weather", "arguments": '{"city": "Bonn"}'}
CALL = {"id": "call_1", "type": "function", "function": FUNCTION}
CALLS = {"role": "assistant", "content": None, "tool_calls": [CALL, CALL | {"id": "call_2"}]}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
PAIRS = {f"key {n}": "value" for n in range(17)}


def refusal(check, body):
    """The error that a check raises for a request."""
    with pytest.raises(ApiError) as caught:
        check(body)
    assert caught.value.status == 400
    return caught.value


def said(api, **change):
    return api.chat.completions.create(
        **{"model": "tiny", "messages": HELLO, "max_tokens": 8, "temperature": 0} | change
    )


@pytest.mark.parametrize(
    "change, param, hint",
    [
        ({"messages": [{"role": "user", "content": "x", "nmae": "y"}]}, "messages[0].nmae", "messages[0].name"),
        (
            {"messages": [{"role": "assistant", "content": "x", "reasoning_content": "y"}]},
            "messages[0].reasoning_content",
            "",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x", "texts": 1}]}]},
            "messages[0].content[0].texts",
            "messages[0].content[0].text",
        ),
        ({"messages": [CALLS | {"tool_calls": [CALL | {"parsed": {}}]}]}, "messages[0].tool_calls[0].parsed", ""),
        (
            {"messages": [CALLS | {"tool_calls": [CALL | {"function": FUNCTION | {"argument": "{}"}}]}]},
            "messages[0].tool_calls[0].function.argument",
            "messages[0].tool_calls[0].function.arguments",
        ),
        (
            {"stream": True, "stream_options": {"include_usages": True}},
            "stream_options.include_usages",
            "stream_options.include_usage",
        ),
        ({"tools": [TOOL | {"strict": True}]}, "tools[0].strict", ""),
        (
            {"tools": [{"type": "function", "function": {"name": "weather", "paramters": {}}}]},
            "tools[0].function.paramters",
            "tools[0].function.parameters",
        ),
        ({"tools": [TOOL], "tool_choice": NAMED | {"mode": "auto"}}, "tool_choice.mode", ""),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "weather", "strict": True}}},
            "tool_choice.function.strict",
            "",
        ),
        (
            {"tools": [TOOL], "tool_choice": ALLOWED | {"allowed_tools": {"mode": "auto", "tool": [], "tools": []}}},
            "tool_choice.allowed_tools.tool",
            "tool_choice.allowed_tools.tools",
        ),
    ],
)
def test_unknown_names_inside_a_chat_are_refused(change, param, hint):
    error = refusal(check_request, {"model": "tiny", "messages": HELLO} | change)
    assert (error.param, error.code) == (param, UNKNOWN)
    assert f"did you mean '{hint}'" in error.message if hint else "did you mean" not in error.message


@pytest.mark.parametrize(
    "change, param, words",
    [
        ({"max_tokens": 3, "max_completion_tokens": 4}, "max_tokens", "'max_tokens' is the older name"),
        ({"metadata": PAIRS, "store": True}, "metadata", "at most 16"),
        ({"metadata": {"k": "v"}}, "metadata", "only allowed when 'store' is enabled"),
        ({"metadata": {"k": "v" * 513}, "store": True}, "metadata", "512 characters"),
        ({"tool_choice": "auto"}, "tool_choice", "only allowed when 'tools' are given"),
        ({"parallel_tool_calls": True}, "parallel_tool_calls", "only allowed when 'tools' are given"),
        ({"tools": []}, "tools", "at least one"),
        ({"stream": True, "stream_options": {"include_obfuscation": True}}, "stream_options.include_obfuscation", ""),
        ({"messages": [*HELLO, RESULT]}, "messages[1].role", "must answer a call"),
        ({"messages": [CALLS, RESULT | {"tool_call_id": "x"}]}, "messages[1].tool_call_id", "'x' is not a call"),
        ({"messages": [CALLS, RESULT, *HELLO]}, "messages[0].tool_calls", "call_2"),
        ({"messages": [CALLS, RESULT]}, "messages[0].tool_calls", "call_2"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]},
            "messages[0].content[0].type",
            "reads text only.*'image_url'",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            "messages[0].content[0].type",
            "reads text only.*'input_audio'",
        ),
        ({"messages": [{"role": "assistant", "refusal": "no", "content": "x"}]}, "messages[0].refusal", "refusal"),
        ({"messages": [{"role": "assistant", "audio": {"id": "x"}, "content": "x"}]}, "messages[0].audio", "audio"),
    ],
)
def test_what_contradicts_itself_or_cannot_be_done_is_refused(change, param, words):
    error = refusal(check_request, {"model": "tiny", "messages": HELLO} | change)
    assert error.param == param
    assert re.search(words, error.message), error.message


def test_choices_of_tools_that_have_nothing_else_are_taken():
    for choice in ("auto", "required", NAMED, ALLOWED):
        check_request({"model": "tiny", "messages": HELLO, "tools": [TOOL], "tool_choice": choice})
    check_request({"model": "tiny", "messages": HELLO, "metadata": {}})


def test_tool_results_may_come_in_any_order_and_an_answer_goes_back_as_it_came():
    check_request({"model": "tiny", "messages": [CALLS, RESULT | {"tool_call_id": "call_2"}, RESULT, *HELLO]})
    check_request({"model": "tiny", "messages": [*HELLO, {"role": "assistant", "content": "x", "annotations": []}]})
    check_request(
        {"model": "tiny", "messages": [CALLS, RESULT | {"name": "weather"}, RESULT | {"tool_call_id": "call_2"}]}
    )


@pytest.mark.parametrize(
    "change, param, words",
    [
        ({"input": [{"role": "user", "content": "x", "nmae": "y"}]}, "input[0].nmae", "does not know"),
        ({"stream": True, "stream_options": {"include_usage": True}}, "stream_options.include_usage", "does not know"),
        ({"stream_options": {"include_obfuscation": False}}, "stream_options", "'stream' is true"),
        ({"metadata": PAIRS}, "metadata", "at most 16"),
        (
            {"input": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]},
            "input[0].content[0].type",
            "input_text",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
            "input[0].content[0].type",
            "reads text only.*'input_image'",
        ),
        ({"include": ["message.output_text.logprobs"]}, "include", "log"),
    ],
)
def test_responses_are_as_strict(change, param, words):
    error = refusal(read_input, {"model": "tiny", "input": "hello"} | change)
    assert error.param == param and re.search(words, error.message), error.message


@pytest.mark.parametrize(
    "change",
    [
        {"text": {}},
        {"text": {"verbosity": "medium"}},
        {"text": {"format": {"type": "text"}, "verbosity": "medium"}},
        {"truncation": "auto"},
        {"include": ["reasoning.encrypted_content", "web_search_call.action.sources"]},
        {"reasoning": {}},
    ],
)
def test_values_that_change_nothing_are_taken(change):
    assert read_input({"model": "tiny", "input": "hello"} | change) == HELLO


NULLS = (
    "frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata "
    "modalities n parallel_tool_calls presence_penalty response_format seed service_tier stop store stream "
    "stream_options temperature tool_choice tools top_logprobs top_p user audio prediction verbosity reasoning_effort "
    "web_search_options prompt_cache_key safety_identifier"
).split()


def test_null_is_not_given(api):
    message = {"role": "assistant", "content": "x", "name": None, "tool_calls": None, "function_call": None}
    talk = [{"role": "user", "content": "hello", "name": None}, message | {"refusal": None, "audio": None}, *HELLO]
    plain = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "x"}, *HELLO]
    asked = {"max_tokens": 8, "temperature": 0, "messages": talk}
    nulls = dict.fromkeys(NULLS) | asked
    same = said(api, messages=plain)
    assert api.chat.completions.create(model="tiny", messages=[], extra_body=nulls).choices == same.choices
    names = (
        "user text tools tool_choice include instructions metadata store stream truncation temperature top_p reasoning"
    )
    nulls = dict.fromkeys([*names.split(), "max_output_tokens", "previous_response_id", "parallel_tool_calls"])
    assert api.responses.create(model="tiny", input="hello", extra_body=nulls).status


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_no_null_is_left_and_nothing_else_is_lost(value):
    def pairs(value):
        if isinstance(value, dict):
            return {name: pairs(part) for name, part in value.items() if part is not None}
        return [pairs(part) for part in value] if isinstance(value, list) else value

    assert drop_nulls(value) == pairs(value)


def test_a_null_in_a_json_schema_is_a_value():
    assert drop_nulls({"tools": [TOOL], "user": None}) == {"tools": [TOOL]}


def test_the_tier_that_answered_is_told(api):
    for tier in ("auto", "default", "flex", "priority"):
        assert said(api, service_tier=tier).service_tier == "default"
        assert api.responses.create(model="tiny", input="hello", service_tier=tier).service_tier == "default"
    assert {c.service_tier for c in said(api, service_tier="flex", stream=True)} == {"default"}
    assert said(api).service_tier is None
    with pytest.raises(openai.BadRequestError) as caught:
        said(api, extra_body={"service_tier": "gold"})
    assert caught.value.param == "service_tier"


def test_a_speakers_name_is_read(api):
    """The template does not show it, so that it stands before what is said."""
    named = [
        {"role": "user", "content": "hello", "name": "Ann"},
        {"role": "assistant", "content": "x", "name": "Bo"},
        *HELLO,
    ]
    spelled = [{"role": "user", "content": "Ann: hello"}, {"role": "assistant", "content": "Bo: x"}, *HELLO]
    one, two = said(api, messages=named), said(api, messages=spelled)
    assert (one.choices, one.usage) == (two.choices, two.usage)


def test_truncation_drops_the_oldest_and_keeps_the_instructions(api):
    long = [{"role": "user", "content": "old " * 90}, {"role": "assistant", "content": "yes " * 30}, *HELLO]
    ask = lambda **change: api.responses.create(
        **{"model": "tiny", "max_output_tokens": 8, "temperature": 0, "instructions": "be kind"} | change
    )
    with pytest.raises(openai.BadRequestError) as caught:
        ask(input=long)
    assert caught.value.code == "context_length_exceeded"
    cut = ask(input=long, truncation="auto")
    assert cut.truncation == "auto" and cut.usage.input_tokens == ask(input=long[1:]).usage.input_tokens
    with pytest.raises(openai.BadRequestError):
        ask(input="x " * 600, truncation="auto")


def test_log_probabilities_of_a_cut_character_are_there(api, monkeypatch, model):
    from transformers import AutoTokenizer

    from finetune_server.inference.sequence import Sequence

    ids = AutoTokenizer.from_pretrained(model)("aü")["input_ids"]
    draw = Sequence.sample

    def sample(sequence, logits):
        draw(sequence, logits)
        return ids[len(sequence._produced)]

    monkeypatch.setattr(Sequence, "sample", sample)
    whole = said(api, max_tokens=2, logprobs=True).choices[0]
    assert whole.message.content == "a" and len(whole.logprobs.content) == 2
    chunks = list(said(api, max_tokens=2, logprobs=True, stream=True))
    entries = [e for c in chunks for choice in c.choices if choice.logprobs for e in choice.logprobs.content]
    assert entries == whole.logprobs.content


@pytest.mark.parametrize(
    "body, name",
    [
        ('{"model": "tiny", "max_tokens": 2, "max_tokens": 3}', "max_tokens"),
        ('{"model": "tiny", "messages": [{"role": "user", "content": "a", "content": "b"}]}', "content"),
    ],
)
def test_a_name_that_stands_twice_is_refused(api, body, name):
    reply = requests.post(f"{str(api.base_url).rstrip('/')}/chat/completions", data=body, timeout=60)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"] == f"The name {name!r} stands twice in an object of the JSON."


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers()), max_size=3))
def test_names_that_stand_once_are_read_as_ever(pairs):
    text = f"[{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in pairs)}}}]"
    if len(dict(pairs)) == len(pairs):
        assert parse_request(text) == json.loads(text)
    else:
        with pytest.raises(NamedTwice):
            parse_request(text)
