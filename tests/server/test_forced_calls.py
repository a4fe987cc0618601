"""Calls of tools that a request forces, or whose arguments are strict: always of an allowed tool, and valid."""

import json

import openai
import pytest

from .. import needs

needs.training()

import torch
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openai.types.chat import ChatCompletion
from pydantic import BaseModel
from transformers import AutoTokenizer

from finetune_server.inference.call_grammar import call_grammar
from finetune_server.inference.call_syntax import call_syntax
from finetune_server.inference.grammar import Grammars
from finetune_server.inference.tool_calls import CallReader
from finetune_server.model.chat_template import end_of_turn, render

from .. import openapi, tiny_model
from ..local_server import start

HELLO = [{"role": "user", "content": "hello"}]


def tool(name, strict=True, **properties):
    schema = {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "parameters": schema, "strict": strict}}


WEATHER = tool("weather", city={"enum": ["Bonn", "Köln"]}, days={"type": "integer", "minimum": 0, "maximum": 9})
TIME = tool("time_of_day", zone={"type": "string", "maxLength": 3})
BARE = {"type": "function", "function": {"name": "ping"}}
SCHEMAS = {
    tool["function"]["name"]: tool["function"].get("parameters", {"maxProperties": 0}) for tool in (WEATHER, TIME, BARE)
}
NAMED = {"type": "function", "function": {"name": "time_of_day"}}


def only(mode, *names):
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}


@pytest.fixture(scope="module")
def tool_model(tmp_path_factory):
    return tiny_model.make(
        tmp_path_factory.mktemp("tools") / "tiny", tiny_model.TOOL_TEMPLATE, max_position_embeddings=2048
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory, tool_model):
    return start(tmp_path_factory.mktemp("store"), tool_model)


@pytest.fixture(scope="module")
def compact(tool_model):
    return dict.fromkeys(map(str, AutoTokenizer.from_pretrained(tool_model)(" \t\r\n")["input_ids"]), -100)


@pytest.fixture
def ask(client, compact):
    def ask(**change):
        request = {"model": "tiny", "messages": HELLO, "max_tokens": 300, "seed": 1, "tools": [WEATHER, TIME, BARE]}
        return client.chat.completions.create(**request | {"logit_bias": compact} | change)

    return ask


def called(choice):
    """The names of a choice's calls, whose arguments fit their schemas."""
    for call in choice.message.tool_calls:
        Draft202012Validator(SCHEMAS[call.function.name]).validate(json.loads(call.function.arguments))
    return [call.function.name for call in choice.message.tool_calls]


@pytest.mark.parametrize("temperature", [0, 1])
def test_a_required_call_is_one_of_a_tool_with_valid_arguments(ask, temperature):
    answer = ask(tool_choice="required", parallel_tool_calls=False, n=4, temperature=temperature)
    for choice in answer.choices:
        assert len(called(choice)) == 1
        assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)


@pytest.mark.parametrize(
    "choice, names", [(NAMED, {"time_of_day"}), (only("required", "weather"), {"weather"}), ("required", {*SCHEMAS})]
)
def test_only_what_the_choice_names_is_called(ask, choice, names):
    for one in ask(tool_choice=choice, parallel_tool_calls=False, n=4, temperature=2).choices:
        assert {*called(one)} <= names


def test_a_named_function_is_called_once(ask):
    assert [called(choice) for choice in ask(tool_choice=NAMED, n=3).choices] == [["time_of_day"]] * 3


def test_of_two_tools_with_one_name_both_are_called(ask):  # OpenAI takes them, and agents of several parts send them
    older, newer = tool("weather", city={"enum": ["Bonn", "Ulm"]}), tool("weather", zone={"enum": ["CET", "UTC"]})
    named = {"type": "function", "function": {"name": "weather"}}
    for choice in ("required", named, only("required", "weather")):
        keys = set()
        for one in ask(tools=[older, newer], tool_choice=choice, n=8, temperature=2).choices:
            [call] = one.message.tool_calls[:1]
            [key] = json.loads(call.function.arguments)
            keys.add((call.function.name, key))
        assert keys == {("weather", "city"), ("weather", "zone")}
    kept = ask(tools=[older, older], tool_choice=named).choices[0].message.tool_calls
    assert [call.function.name for call in kept] == ["weather"]


def test_several_calls_come_where_they_may(ask):
    answers = ask(tool_choice="required", tools=[BARE], n=8).choices
    ended = [called(choice) for choice in answers if choice.finish_reason == "tool_calls"]
    assert any(len(names) > 1 for names in ended) or len(ended) < len(answers)


def test_a_call_comes_in_pieces_that_say_the_same(ask):
    [whole] = ask(tool_choice=NAMED).choices
    chunks = [chunk.choices[0] for chunk in ask(tool_choice=NAMED, stream=True)]
    pieces = [call for chunk in chunks for call in chunk.delta.tool_calls or []]
    assert pieces[0].id and pieces[0].function.name == "time_of_day" and not any(piece.id for piece in pieces[1:])
    assert "".join(piece.function.arguments for piece in pieces) == whole.message.tool_calls[0].function.arguments
    assert len(pieces) > 5 and chunks[-1].finish_reason == "tool_calls"


def test_a_call_that_is_cut_off_says_so(ask):
    [choice] = ask(tool_choice=NAMED, max_tokens=54).choices
    [call] = choice.message.tool_calls
    assert choice.finish_reason == "length" and call.function.arguments.startswith("{")
    with pytest.raises(ValueError):
        json.loads(call.function.arguments)


def test_json_or_a_call_where_both_are_asked_for(ask):
    schema = {"type": "object", "properties": {"a": {"enum": [1, 2]}}, "required": ["a"], "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, "strict": True}}
    kinds = set()
    for choice in ask(response_format=form, n=8, temperature=2, parallel_tool_calls=False).choices:
        kinds.add(choice.finish_reason)
        called(choice) if choice.message.tool_calls else json.loads(choice.message.content)
    assert kinds <= {"stop", "tool_calls"}


def test_the_sdk_parses_arguments_into_its_own_class(client, compact):
    class Weather(BaseModel):
        city: str
        days: int

    tools = [openai.pydantic_function_tool(Weather)]
    answer = client.chat.completions.parse(
        model="tiny", messages=HELLO, tools=tools, tool_choice="required", parallel_tool_calls=False, seed=1,
        logit_bias=compact, max_tokens=900,
    )  # fmt: skip
    assert isinstance(answer.choices[0].message.tool_calls[0].function.parsed_arguments, Weather)


def test_the_apis_own_description_accepts_forced_calls(client, compact):
    what = dict(model="tiny", messages=HELLO, tools=[TIME], tool_choice=NAMED, logit_bias=compact)
    raw = json.loads(client.chat.completions.with_raw_response.create(**what).content)
    ChatCompletion.model_validate(raw)
    openapi.accepts(raw, "POST", "/chat/completions")
    for chunk in client.chat.completions.create(**what, stream=True):
        body = chunk.to_dict(exclude_unset=True, mode="json")
        openapi.accepts(body, "POST", "/chat/completions", kind="text/event-stream")


PARAMETERS = "tools[0].function.parameters"


@pytest.mark.parametrize(
    "change, param",
    [
        ({"tool_choice": {"type": "function", "function": {"name": "other"}}}, "tool_choice"),
        ({"tool_choice": {"type": "custom", "custom": {"name": "weather"}}}, "tool_choice"),
        ({"tool_choice": only("auto")}, "tool_choice"),
        ({"tool_choice": only("auto", "other")}, "tool_choice"),
        ({"tool_choice": "always"}, "tool_choice"),
        ({"tools": [tool("two words")]}, "tools[0].function.name"),
        ({"tools": [tool("x", a={"type": "object"})]}, PARAMETERS),
        ({"tools": [tool("x", a={"type": "array", "uniqueItems": True, "items": {}})]}, PARAMETERS),
        ({"tools": [{"type": "function", "function": {"name": "x", "parameters": {"type": "array"}}}]}, PARAMETERS),
        ({"tools": [tool("x", strict=False, a={"type": "strnig"})], "tool_choice": "required"}, PARAMETERS),
    ],
)
def test_what_cannot_be_forced_is_a_400_that_names_the_place(ask, change, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(**change)
    assert caught.value.param == param


def test_where_the_template_shows_no_tools_none_is_forced(api):
    with pytest.raises(openai.BadRequestError, match="does not show tools") as caught:
        api.chat.completions.create(model="tiny", messages=HELLO, tools=[WEATHER], tool_choice="required")
    assert caught.value.param == "tools"


LISTED = (  # as Mistral's, whose brackets stand around all calls of a turn, the first one behind a special token
    "{% for m in messages %}<s>{{ m.role }}: {{ m.content }}{% if m.tool_calls %}[CALLS][{% for c in m.tool_calls %}"
    '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}'
    "{{ ', ' if not loop.last }}{% endfor %}]{% endif %}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant: {% endif %}"
)
ONE = (  # as Llama's, bare and one at a time
    "{% for m in messages %}<s>{{ m.role }}: {{ m.content }}{% if m.tool_calls %}"
    "{% if m.tool_calls | length > 1 %}{{ raise_exception('one call at a time') }}{% endif %}"
    '{"name": "{{ m.tool_calls[0].function.name }}", "parameters": {{ m.tool_calls[0].function.arguments | tojson }}}'
    "{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant: {% endif %}"
)
TEMPLATES = {"tagged": tiny_model.TOOL_TEMPLATE, "listed": LISTED, "one": ONE}


@pytest.fixture(scope="module", params=TEMPLATES.values(), ids=[*TEMPLATES])
def tokenizer(request, model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_special_tokens({"additional_special_tokens": ["[CALLS]"]})
    tokenizer.chat_template = request.param
    return tokenizer


def syntax_of(tokenizer):
    syntax = call_syntax(tokenizer)
    assert syntax
    return syntax


def turn(tokenizer, *cities):
    """The text by which a model calls the weather of cities, without the end of the turn."""
    calls = [
        {"type": "function", "function": {"name": "weather", "arguments": {"city": city, "days": 1}}} for city in cities
    ]
    whole = render(tokenizer, [*HELLO, {"role": "assistant", "content": "", "tool_calls": calls}])
    return whole.removeprefix(render(tokenizer, HELLO, prompt=True)).removesuffix("</s>")


def fits(tokenizer, text, must_call, one_call=False):
    """Whether an answer may be this text, token by token, and end after it."""
    functions = [("weather", WEATHER["function"]["parameters"], True)]
    grammar = call_grammar(tokenizer, syntax_of(tokenizer), functions, must_call, one_call, None)
    constraint = Grammars(tokenizer, end_of_turn(tokenizer)).start(grammar)
    may = lambda token: bool(constraint.masked(torch.zeros(len(tokenizer)))[token] == 0)
    for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
        if not may(token):
            return False
        constraint.consume(token)
    return may(tokenizer.eos_token_id)


def test_calls_are_held_to_the_form_of_the_models_own_template(tokenizer):
    several = syntax_of(tokenizer).gap is not None
    one, two, wrong = turn(tokenizer, "Bonn"), several and turn(tokenizer, "Bonn", "Köln"), turn(tokenizer, "Rom")
    assert fits(tokenizer, one, True) and fits(tokenizer, one, True, one_call=True)
    assert not several or (fits(tokenizer, two, True) and not fits(tokenizer, two, True, one_call=True))
    assert not fits(tokenizer, "Hi " + one, True) and not fits(tokenizer, one[:-1], True)
    assert not fits(tokenizer, wrong, True) and not fits(tokenizer, wrong, False)
    assert fits(tokenizer, "Hi", False) and fits(tokenizer, "Hi " + one, False) and fits(tokenizer, one, False)
    assert not several or fits(tokenizer, two, False)


@given(st.text("ab {[\n<"), st.text("ab ]\n}"), st.integers(0, 2), st.booleans())
def test_what_is_told_while_an_answer_grows_is_never_taken_back(tokenizer, before, after, calls, held):
    calls = min(calls, 1) if syntax_of(tokenizer).gap is None else calls
    ids = tokenizer(before + (turn(tokenizer, *["Bonn", "Köln"][:calls]) if calls else "") + after)["input_ids"]
    text, reader = tokenizer.decode(ids, skip_special_tokens=True), CallReader(tokenizer, held)
    content, whole = reader.read(text)
    assert [json.loads(call["arguments"])["city"] for call in whole] == ["Bonn", "Köln"][:calls]
    told, told_calls = "", []
    for end in range(len(text) + 1):
        said, made = reader.read(text[:end], growing=True)
        assert said.startswith(told) and content.startswith(said)
        assert len(made) >= len(told_calls)
        assert all(new["arguments"].startswith(old["arguments"]) for old, new in zip(told_calls, made, strict=False))
        told, told_calls = said, made
    assert len(told_calls) == calls
