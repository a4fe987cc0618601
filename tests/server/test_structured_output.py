"""Answers held to JSON and to schemas: whatever the model's weights, an answer that ends is valid."""

import json
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from .. import needs

needs.training()

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from transformers import AutoTokenizer

from finetune_server.inference.grammar import Constraint, Grammars, schema_grammar

HELLO = [{"role": "user", "content": "hello"}]
WORD = {"type": "string", "maxLength": 6}


def whole(**properties):
    """A schema that keeps OpenAI's rules for `strict`."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TICKET = whole(product={"enum": ["desk", "mail"]}, urgent={"type": "boolean"}, summary=WORD)
SCHEMAS = {
    "flat": TICKET,
    "empty": whole(),
    "nested": whole(ticket=TICKET, tags={"type": "array", "items": WORD, "maxItems": 3}),
    "choice": whole(to={"anyOf": [WORD, {"type": "null"}, whole(id={"type": "integer", "minimum": 0, "maximum": 99})]}),
    "defined": whole(first={"$ref": "#/$defs/word"}, second={"$ref": "#/$defs/word"}) | {"$defs": {"word": WORD}},
    "pattern": whole(
        code={"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}, day={"type": "string", "format": "date"}
    ),
}


def held_to(schema, strict=True):
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": strict}}


def ask(api, **change):
    request = {"model": "tiny", "messages": HELLO, "max_tokens": 400, "temperature": 1}
    return api.chat.completions.create(**request | change)


@pytest.fixture(scope="module")
def compact(model):
    """Biases against white space, of which a model that has learned nothing writes much."""
    return dict.fromkeys(map(str, AutoTokenizer.from_pretrained(model)(" \t\r\n")["input_ids"]), -100)


def said(choice, schema):
    """The value of an answer, which ended because it is complete, and fits the schema."""
    assert choice.finish_reason == "stop"
    value = json.loads(choice.message.content)
    Draft202012Validator(schema).validate(value)
    return value


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_answer_fits_the_schema(api, schema, compact):
    drawn = ask(api, response_format=held_to(schema), n=4, seed=1, logit_bias=compact)
    greedy = ask(api, response_format=held_to(schema), temperature=0, logit_bias=compact)
    for choice in [*drawn.choices, *greedy.choices]:
        said(choice, schema)


VALUES = st.recursive(
    st.sampled_from([WORD, {"type": "boolean"}, {"type": "null"}, {"enum": ["a", "bc", 1]}, {"const": "ü"}])
    | st.integers(-20, 20).map(lambda low: {"type": "integer", "minimum": low, "maximum": low + 30}),
    lambda inner: (
        st.dictionaries(st.text(max_size=4), inner, max_size=3).map(lambda of: whole(**of))
        | inner.map(lambda items: {"type": "array", "items": items, "maxItems": 2})
        | st.lists(inner, min_size=1, max_size=3).map(lambda of: {"anyOf": of})
    ),
    max_leaves=5,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), st.integers(0, 2**31), st.sampled_from([0, 1, 2]))
def test_any_small_schema_gives_valid_json(api, compact, properties, seed, temperature):
    schema = whole(**properties)
    draw = {"seed": seed, "temperature": temperature, "logit_bias": compact}
    said(ask(api, response_format=held_to(schema), max_tokens=490, **draw).choices[0], schema)


def test_a_json_object_is_one_of_any_keys(api):
    answer = ask(api, response_format={"type": "json_object"}, n=8, seed=3)
    ended = [choice for choice in answer.choices if choice.finish_reason == "stop"]
    assert ended and all(type(said(choice, {"type": "object"})) is dict for choice in ended)
    assert all(choice.message.content.startswith("{") for choice in answer.choices)


def test_rows_without_a_form_are_what_they_are_alone(api, compact):
    alone = [ask(api, seed=n, max_tokens=60).choices[0].message.content for n in range(4)]
    forms = [held_to(schema) for schema in SCHEMAS.values()]
    with ThreadPoolExecutor(12) as pool:
        free = [pool.submit(ask, api, seed=n, max_tokens=60) for n in range(4)]
        held = [pool.submit(ask, api, seed=n, response_format=form, logit_bias=compact) for n, form in enumerate(forms)]
        assert [one.result().choices[0].message.content for one in free] == alone
        for n, (one, form, schema) in enumerate(zip(held, forms, SCHEMAS.values(), strict=True)):
            said(one.result().choices[0], schema)
            assert one.result().choices == ask(api, seed=n, response_format=form, logit_bias=compact).choices


def test_a_stream_says_the_same_with_log_probabilities(api):
    what = {"response_format": held_to(TICKET), "n": 2, "seed": 4, "logprobs": True, "top_logprobs": 2}
    choices = ask(api, **what).choices
    chunks = [chunk.choices[0] for chunk in ask(api, **what, stream=True)]
    for choice in choices:
        own = [chunk for chunk in chunks if chunk.index == choice.index]
        assert "".join(chunk.delta.content or "" for chunk in own) == choice.message.content
        entries = [entry for chunk in own if chunk.logprobs for entry in chunk.logprobs.content]
        assert entries == choice.logprobs.content
        assert b"".join(bytes(entry.bytes) for entry in entries).decode() == choice.message.content
        assert own[-1].finish_reason == "stop" and len([c for c in own if c.delta.content]) > 5


def test_the_limit_the_stop_sequences_and_biases_hold_as_well(api, model):
    form = held_to(whole(text={"type": "string"}))
    cut = ask(api, response_format=form, max_tokens=7).choices[0]
    assert cut.finish_reason == "length" and cut.message.content.startswith("{")
    stopped = ask(api, response_format=form, stop='"te').choices[0]
    assert stopped.finish_reason == "stop" and stopped.message.content.strip() == "{"
    brace, quote, x = AutoTokenizer.from_pretrained(model)('}"x')["input_ids"]
    biased = ask(api, response_format=form, logit_bias={str(quote): 100, str(brace): 50, str(x): 50}).choices[0]
    assert json.loads(biased.message.content) == {"text": ""}
    assert ask(api, response_format={"type": "text"}, seed=1).choices == ask(api, seed=1).choices


def test_white_space_is_allowed_and_ends(model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    grammars = Grammars(tokenizer, None)

    def ends(text):
        """Whether each token of a text is allowed, and the last one completes it."""
        constraint = grammars.start(schema_grammar(whole(a=WORD), strict=True))
        tokens = tokenizer(text)["input_ids"]
        for n, token in enumerate(tokens):
            if not _allowed(constraint, token, len(tokenizer)):
                return False
            if constraint.consume(token):
                return n == len(tokens) - 1
        return False

    value = {"a": "Ü\n"}
    assert all(ends(json.dumps(value, ensure_ascii=ascii)) for ascii in (True, False))
    assert ends(json.dumps(value, indent=4)) and ends('{"a":"x"}') and ends('{\r\n\t"a" : "x"\n}')
    assert not ends('{\n\n"a": "x"}') and not ends('{"a":' + " " * 50 + '"x"}')
    assert not ends('{"b": "x"}') and not ends('{"a": "x", "b": 1}') and not ends('{"a": "too long"}')


def _allowed(constraint: Constraint, token: int, vocabulary: int) -> bool:
    import torch

    return bool(constraint.masked(torch.zeros(vocabulary))[token] == 0)


def test_an_answer_that_cannot_go_on_is_an_error_of_its_own(api, monkeypatch):
    from finetune_server.inference.grammar import GrammarError

    def fail(constraint, logits):
        raise GrammarError("no token can follow")

    monkeypatch.setattr(Constraint, "masked", fail)
    with ThreadPoolExecutor(2) as pool:
        free = pool.submit(ask, api, max_tokens=200)
        with pytest.raises(openai.InternalServerError, match="no token can follow"):
            ask(api, response_format=held_to(TICKET))
        assert free.result().choices


OPEN = {"type": "object", "properties": {"a": WORD}, "required": ["a"]}
SCHEMA = "response_format.json_schema.schema"


@pytest.mark.parametrize(
    "response_format, param, why",
    [
        ("json", "response_format.type", "expected one of text, json_object, json_schema"),
        ({"type": "xml"}, "response_format.type", "expected one of"),
        ({"type": "json_schema"}, "response_format.json_schema", "Field required"),
        ({"type": "json_schema", "json_schema": {"schema": {}}}, "response_format.json_schema.name", "Field required"),
        ({"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}}, "response_format.json_schema.name", ""),
        ({"type": "json_schema", "json_schema": {"name": "x"}}, SCHEMA, "Missing"),
        (held_to("x"), SCHEMA, "dictionary"),
        (held_to({"type": "string"}), SCHEMA, 'its type must be "object"'),
        (held_to(OPEN), SCHEMA, "'additionalProperties' must be false"),
        (held_to(whole(a=OPEN)), SCHEMA, "in properties.a, "),
        (held_to(whole(a=WORD) | {"required": []}), SCHEMA, "also 'a'"),
        (held_to(whole() | {"$defs": {"x": OPEN}}), SCHEMA, "in $defs.x, "),
        (held_to(whole(a={"anyOf": [WORD, OPEN]})), SCHEMA, "in properties.a.anyOf[1], "),
        (held_to(whole(a={"type": "array", "items": WORD, "uniqueItems": True})), SCHEMA, "uniqueItems"),
        (held_to(whole(a={"type": "strnig"})), SCHEMA, "strnig"),
        (held_to(whole(a={"type": "string", "pattern": "("})), SCHEMA, "regex"),
        (held_to(whole(a={"$ref": "#/$defs/x"})), SCHEMA, "does not exist"),
        (held_to(whole(a={"$ref": "http://example.org/x"})), SCHEMA, "does not fetch"),
        (held_to({"type": "strnig"}, strict=False), SCHEMA, "strnig"),
        (held_to({"minimum": 5, "maximum": 3, "type": "integer"}, strict=False), SCHEMA, "greater"),
    ],
)
def test_a_form_that_cannot_be_kept_is_a_400_that_names_the_place(api, response_format, param, why):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(api, response_format=response_format)
    assert caught.value.param == param and why in caught.value.message


def test_a_deep_schema_is_refused_and_harms_nothing(api):
    schema = WORD
    for _ in range(200):
        schema = {"type": "array", "items": schema}
    with pytest.raises(openai.BadRequestError):
        ask(api, response_format=held_to(whole(a=schema)))


def test_without_strict_a_schema_is_kept_as_far_as_it_is_understood(api):
    schema = {
        "type": "object",
        "properties": {"a": WORD},
        "required": ["a"],
        "minProperties": 1,
        "not": {"type": "array"},
    }
    answer = ask(api, response_format=held_to(schema | {"additionalProperties": False}, strict=False))
    said(answer.choices[0], schema)


def test_the_sdk_parses_into_its_own_class(api):
    class Ticket(BaseModel):
        product: str
        urgent: bool | None
        tags: list[str]

    parsed = None
    for seed in range(20):  # a list of texts may outgrow the tiny model's context
        try:
            answer = api.chat.completions.parse(model="tiny", messages=HELLO, response_format=Ticket, seed=seed)
        except openai.LengthFinishReasonError:
            continue
        parsed = answer.choices[0].message.parsed
        break
    assert isinstance(parsed, Ticket)


def respond(api, format, **change):
    request = {"model": "tiny", "input": "hello", "max_output_tokens": 400, "text": {"format": format}}
    return api.responses.create(**request | change)


def test_a_response_is_held_to_a_schema_as_a_chat_is(api):
    format = {"type": "json_schema", "name": "ticket", "schema": TICKET, "strict": True}
    whole_answer = respond(api, format, temperature=0)
    Draft202012Validator(TICKET).validate(json.loads(whole_answer.output_text))
    assert whole_answer.status == "completed" and whole_answer.text.format.name == "ticket"
    assert (
        whole_answer.output_text == ask(api, response_format=held_to(TICKET), temperature=0).choices[0].message.content
    )
    events = list(respond(api, format, temperature=0, stream=True))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == whole_answer.output_text and len(deltas) > 5
    assert respond(api, {"type": "json_object"}, max_output_tokens=9).output_text.startswith("{")
    assert respond(api, format, max_output_tokens=9).incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize(
    "text, param",
    [
        ("json", "text"),
        ({"form": {}}, "text.form"),
        ({"verbosity": "low"}, "text.verbosity"),
        ({"format": {"type": "xml"}}, "text.format.type"),
        ({"format": {"type": "json_schema", "schema": TICKET}}, "text.format.name"),
        ({"format": {"type": "json_schema", "name": "x", "schema": OPEN, "strict": True}}, "text.format.schema"),
        ({"format": {"type": "json_object", "schema": {}}}, "text.format.schema"),
    ],
)
def test_a_form_of_a_response_that_cannot_be_kept_names_the_place(api, text, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.responses.create(model="tiny", input="hello", extra_body={"text": text})
    assert caught.value.param == param


def test_the_sdk_parses_a_response_into_its_own_class(api):
    class Ticket(BaseModel):
        urgent: bool
        number: int | None

    parsed = api.responses.parse(model="tiny", input="hello", text_format=Ticket, temperature=0).output_parsed
    assert isinstance(parsed, Ticket)
