"""The Responses API's text, whole and streamed, through the real client."""

import asyncio
import json

import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter


@pytest.fixture
def short(monkeypatch, model):
    """Answers that end by themselves: an h and an i."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    ids = [*tokenizer("hi")["input_ids"], tokenizer.eos_token_id]
    monkeypatch.setattr(
        "finetune_server.inference.sequence.Sequence.sample", lambda sequence, logits: ids[len(sequence._produced)]
    )


def ask(api, **change):
    return api.responses.create(
        **{"model": "tiny", "input": "hello", "max_output_tokens": 10, "temperature": 0} | change
    )


def test_a_response_says_what_a_chat_says(api):
    chat = api.chat.completions.create(
        model="tiny",
        temperature=0,
        max_tokens=10,
        messages=[{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}],
    )
    parts = [
        {
            "role": "user",
            "type": "message",
            "content": [{"type": "input_text", "text": "hel"}, {"type": "input_text", "text": "lo"}],
        }
    ]
    for asked in ("hello", [{"role": "user", "content": "hello"}], parts):
        reply = ask(api, input=asked, instructions="be kind")
        assert reply.output_text == chat.choices[0].message.content
        assert (reply.usage.input_tokens, reply.usage.output_tokens) == (
            chat.usage.prompt_tokens,
            chat.usage.completion_tokens,
        )
    assert reply.instructions == "be kind" and reply.temperature == 0 and reply.max_output_tokens == 10
    assert (reply.status, reply.incomplete_details.reason) == ("incomplete", "max_output_tokens")


def test_an_answer_can_be_sent_back_as_it_came(api, short):
    first = ask(api)
    assert (first.status, first.output_text, first.incomplete_details) == ("completed", "hi", None)
    second = ask(api, input=[{"role": "user", "content": "hello"}, *first.output, {"role": "user", "content": "go on"}])
    assert second.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens


EVENTS = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


def test_a_stream_has_openais_events_in_order(api, short):
    events = list(ask(api, stream=True))
    assert [e.type for e in events] == EVENTS and [e.sequence_number for e in events] == list(range(10))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "hi"
    last = events[-1].response
    assert last.output_text == "hi" and last.status == "completed" and last.usage == ask(api).usage
    with api.responses.stream(model="tiny", input="hello") as stream:
        assert [e.type for e in stream] == EVENTS
        assert stream.get_final_response().output_text == "hi"


def test_a_stream_that_is_cut_off_says_so(api):
    events = list(ask(api, stream=True))
    assert events[-1].type == "response.incomplete" and events[-1].response.output_text == ask(api).output_text


def test_every_object_is_one_of_the_sdks_types(api, short):
    Response.model_validate_json(api.responses.with_raw_response.create(model="tiny", input="hello").content)
    with api.responses.with_streaming_response.create(model="tiny", input="hello", stream=True) as response:
        said = [json.loads(line[6:]) for line in response.iter_lines() if line.startswith("data: ")]
    for event in said:
        TypeAdapter(ResponseStreamEvent).validate_python(event)


def test_async_clients_get_the_same(api, short):
    async def both():
        async with openai.AsyncOpenAI(base_url=api.base_url, api_key="none", max_retries=0) as client:
            whole = await ask(client)
            async with client.responses.stream(model="tiny", input="hello") as stream:
                return whole, await stream.get_final_response()

    whole, streamed = asyncio.run(both())
    assert whole.output_text == streamed.output_text == "hi" and whole.usage == streamed.usage


@pytest.mark.parametrize(
    "change, param",
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"previous_response_id": ["resp_1"]}, "previous_response_id"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"reasoning": {"effort": "low"}}, "reasoning"),
        ({"background": True}, "background"),
        ({"truncation": "some"}, "truncation"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"temperature": 3}, "temperature"),
        ({"top_p": -1}, "top_p"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": "5"}, "max_output_tokens"),
        ({"input": []}, "input"),
        ({"input": 5}, "input"),
        ({"input": ["x"]}, "input[0]"),
        ({"input": [{"role": "king", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"type": "function_call_output", "output": "y"}]}, "input[0].call_id"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
            "input[0].content[0].type",
        ),
        ({"input": "x " * 600}, "input"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"model": None}, "model"),
    ],
)
def test_a_wrong_request_names_the_parameter(api, change, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.responses.create(model="tiny", extra_body={"input": "hello"} | change)
    assert caught.value.param == param


def test_an_unknown_model_is_a_404(api):
    with pytest.raises(openai.NotFoundError) as caught:
        ask(api, model="gpt-9")
    assert caught.value.code == "model_not_found"
