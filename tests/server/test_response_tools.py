"""Functions in the Responses API: calls as items and events, and their results as input."""

import contextlib
import json

import openai
import pytest

from .. import needs

needs.training()

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from finetune_server.protocol.errors import ApiError
from finetune_server.protocol.response_format import read_response_format, read_text
from finetune_server.protocol.response_tools import add_call, chat_tools, response_tool_choice

SCHEMA = {"type": "object", "properties": {"city": {"enum": ["Bonn", "Köln"]}}, "required": ["city"]}
SCHEMA["additionalProperties"] = False
WEATHER = {"type": "function", "name": "weather", "parameters": SCHEMA, "strict": True}
PING = {"type": "function", "name": "ping"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city": "Bonn"}'}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "rain"}


def ask(with_tools, **change):
    request = {"model": "tiny", "input": "hello", "tools": [WEATHER, PING], "max_output_tokens": 200, "temperature": 0}
    return with_tools.responses.create(**request | change)


NAMED = {"type": "function", "name": "weather"}


def test_a_forced_call_is_an_item_with_valid_arguments(with_tools):
    response = ask(with_tools, tool_choice=NAMED)
    [call] = response.output
    assert (call.type, call.name, call.status, response.status) == (
        "function_call",
        "weather",
        "completed",
        "completed",
    )
    Draft202012Validator(SCHEMA).validate(json.loads(call.arguments))
    assert response.tools[0].name == "weather" and response.tool_choice.name == "weather"
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "ping"}]}
    assert ask(with_tools, tool_choice=allowed, parallel_tool_calls=False).output[0].name == "ping"
    cut = ask(with_tools, tool_choice=NAMED, max_output_tokens=50)
    assert (cut.status, cut.output[0].status) == ("incomplete", "incomplete")


def test_a_stream_has_the_events_of_text_and_calls(with_tools, says):
    says('Look. <tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call>')
    asked = dict(tools=[WEATHER | {"strict": False}])
    whole = ask(with_tools, **asked)
    assert [item.type for item in whole.output] == ["message", "function_call"] and whole.output_text == "Look."
    events = list(ask(with_tools, **asked, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = lambda kind: "".join(event.delta for event in events if event.type == f"response.{kind}.delta")
    assert (deltas("output_text"), deltas("function_call_arguments")) == ("Look.", '{"city": "Bonn"}')
    kinds = [event.type.removeprefix("response.") for event in events if "delta" not in event.type]
    assert kinds == [
        *("created", "in_progress", "output_item.added", "content_part.added", "output_item.added"),
        *("output_text.done", "content_part.done", "output_item.done"),
        *("function_call_arguments.done", "output_item.done", "completed"),
    ]
    last = events[-1].response
    assert [item.type for item in last.output] == ["message", "function_call"] and last.usage == whole.usage
    with with_tools.responses.stream(model="tiny", input="hello", tools=asked["tools"]) as stream:
        assert stream.get_final_response().output[1].arguments == '{"city": "Bonn"}'


def test_a_forced_call_comes_in_pieces(with_tools):
    events = list(ask(with_tools, tool_choice=NAMED, stream=True))
    assert len([event for event in events if event.type == "response.function_call_arguments.delta"]) > 5
    assert events[2].item.type == "function_call" and events[-1].response.output[0].arguments


def test_every_object_is_one_of_the_sdks_types(with_tools):
    asked = dict(model="tiny", input="hello", tools=[WEATHER, PING], tool_choice=NAMED)
    Response.model_validate_json(with_tools.responses.with_raw_response.create(**asked).content)
    with with_tools.responses.with_streaming_response.create(**asked, stream=True) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                TypeAdapter(ResponseStreamEvent).validate_python(json.loads(line[6:]))


def test_calls_and_their_results_can_be_sent_back(with_tools, says):
    hello = {"role": "user", "content": "hello"}
    tokens = lambda items: ask(with_tools, input=items, tool_choice="none", max_output_tokens=1).usage.input_tokens
    chat = with_tools.chat.completions.create(
        model="tiny", max_tokens=1,
        messages=[
            hello,
            {"role": "assistant", "content": "Hm.", "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": CALL["arguments"]}}
            ]},
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        ],
    )  # fmt: skip
    said = {"role": "assistant", "content": "Hm."}
    assert tokens([hello, said, CALL, RESULT]) == chat.usage.prompt_tokens
    assert tokens([hello, said, CALL, RESULT | {"output": [{"type": "input_text", "text": "rain"}]}]) == (
        chat.usage.prompt_tokens
    )
    says('<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>')
    first = ask(with_tools, tools=[PING])
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "pong"}
    assert ask(with_tools, input=[hello, *first.output, result], tools=[PING]).output[0].name == "ping"


def test_calls_one_after_the_other_are_one_turn():
    messages: list[dict] = [{"role": "user", "content": "hello"}]
    for n in range(2):
        add_call(messages, CALL | {"call_id": f"call_{n}"}, f"input[{n}]")
    assert [message["role"] for message in messages] == ["user", "assistant"]
    assert [call["id"] for call in messages[1]["tool_calls"]] == ["call_0", "call_1"]


def test_the_sdk_parses_arguments_into_its_own_class(with_tools):
    class Weather(BaseModel):
        sunny: bool

    tools = [openai.pydantic_function_tool(Weather)]
    response = with_tools.responses.parse(
        model="tiny", input="hello", tools=tools, tool_choice="required", parallel_tool_calls=False, temperature=0
    )
    assert isinstance(response.output[0].parsed_arguments, Weather)


@pytest.mark.parametrize(
    "change, param",
    [
        ({"tools": "x"}, "tools"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tools": [PING | {"strikt": True}]}, "tools[0].strikt"),
        ({"tools": [WEATHER | {"parameters": {"type": "object"}}]}, "tools[0].parameters"),
        ({"tools": [], "tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": "always"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "name": "other"}}, "tool_choice"),
        ({"tool_choice": {"type": "allowed_tools", "mode": "x", "tools": [NAMED]}}, "tool_choice"),
        ({"tool_choice": {"type": "web_search_preview"}}, "tool_choice"),
        ({"tool_choice": NAMED | {"strict": True}}, "tool_choice.strict"),
        ({"tool_choice": {"type": "allowed_tools", "mode": "auto", "tool": [NAMED], "tools": []}}, "tool_choice.tool"),
        ({"input": [{"type": "function_call", "name": "x"}]}, "input[0].arguments"),
        ({"input": [RESULT | {"output": [{"type": "input_image"}]}]}, "input[0].output[0].type"),
        ({"input": [{"type": "reasoning"}]}, "input[0].type"),
    ],
)
def test_a_wrong_request_names_the_parameter(with_tools, change, param):
    with pytest.raises(openai.BadRequestError) as caught:
        with_tools.responses.create(model="tiny", extra_body={"input": "hello", "tools": [WEATHER, PING]} | change)
    assert caught.value.param == param


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["", "x", "function", "allowed_tools", "required"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from("type name function parameters tools mode schema strict format json_schema".split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON, JSON, st.sampled_from(["json_object", "json_schema", "function"]))
def test_what_cannot_be_read_is_a_400_whatever_it_is(one, other, kind):
    shaped = [one, {"type": kind, "json_schema": one, "name": "x", "schema": other, "parameters": one}]
    for value in shaped:
        for read in (read_response_format, read_text, lambda value: read_text({"format": value})):
            with contextlib.suppress(ApiError):
                read(value)
        with contextlib.suppress(ApiError):
            body = {"tools": [value], "tool_choice": other}
            response_tool_choice(body, chat_tools(body))
