"""Responses that are kept: found again as they were, gone on from, listed with their input, deleted."""

from typing import Any

import openai
import pytest
from openai.types.responses import Response

ASK = {"model": "tiny", "max_output_tokens": 6, "temperature": 0}


def ask(api, input: Any = "hello", **change):
    return api.responses.create(**ASK | {"input": input} | change)


def test_a_response_is_found_again_unless_it_is_not_to_be_kept(api):
    said = ask(api, metadata={"a": "b"}, instructions="be kind")
    assert api.responses.retrieve(said.id) == said and said.to_dict()["store"] is True
    Response.model_validate_json(api.responses.with_raw_response.retrieve(said.id).content)
    unkept = ask(api, store=False)
    assert unkept.to_dict()["store"] is False
    with pytest.raises(openai.NotFoundError) as caught:
        api.responses.retrieve(unkept.id)
    assert caught.value.code == "not_found"


def test_a_stream_is_kept_when_it_is_complete(api):
    last = list(ask(api, stream=True))[-1].response
    assert api.responses.retrieve(last.id) == last
    unkept = list(ask(api, stream=True, store=False))[-1].response
    with pytest.raises(openai.NotFoundError):
        api.responses.retrieve(unkept.id)


def test_a_conversation_goes_on_from_the_response_before(api):
    first = ask(api, instructions="be kind")
    second = ask(api, [{"role": "user", "content": "go on"}], previous_response_id=first.id)
    third = ask(api, "and on", previous_response_id=second.id)
    assert (second.previous_response_id, third.previous_response_id) == (first.id, second.id)
    talk = [{"role": "user", "content": "hello"}, *first.output, {"role": "user", "content": "go on"}]
    whole = ask(api, talk)  # instructions belong to their own response
    assert (second.output_text, second.usage) == (whole.output_text, whole.usage)
    whole = ask(api, [*talk, *second.output, {"role": "user", "content": "and on"}])
    assert (third.output_text, third.usage) == (whole.output_text, whole.usage)
    assert (
        "".join(
            event.delta
            for event in ask(api, "and on", previous_response_id=second.id, stream=True)
            if event.type == "response.output_text.delta"
        )
        == third.output_text
    )


def test_the_own_input_of_a_response_is_listed_newest_first(api):
    first = ask(api)
    talk = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]
    second = ask(api, talk, previous_response_id=first.id)
    items = api.responses.input_items.list(second.id).data
    assert [(item.role, item.content[0].type, item.content[0].text) for item in items] == [
        ("user", "input_text", "c"),
        ("assistant", "output_text", "b"),
        ("user", "input_text", "a"),
    ]
    assert len({item.id for item in items}) == 3 and {item.status for item in items} == {"completed"}
    assert [item.id for item in api.responses.input_items.list(second.id, order="asc", limit=1)] == [
        item.id for item in items[::-1]
    ]


def test_a_deleted_response_is_gone_and_nothing_goes_on_from_it(api):
    first = ask(api)
    second = ask(api, previous_response_id=first.id)
    api.responses.delete(first.id)
    for gone in (api.responses.retrieve, api.responses.delete, api.responses.input_items.list):
        with pytest.raises(openai.NotFoundError):
            gone(first.id)
    assert api.responses.retrieve(second.id) == second
    for id in (first.id, second.id, "resp_x"):
        with pytest.raises(openai.BadRequestError) as caught:
            ask(api, previous_response_id=id)
        assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


def test_an_error_counts_the_items_that_were_sent(api):
    first = ask(api)
    with pytest.raises(openai.BadRequestError, match=r"input\[1\]") as caught:
        ask(api, [{"role": "user", "content": "x"}, {"role": "king", "content": "y"}], previous_response_id=first.id)
    assert caught.value.param == "input[1].role"
    for wrong in (5, [], None):
        with pytest.raises(openai.BadRequestError) as caught:
            ask(api, previous_response_id=first.id, extra_body={"input": wrong})
        assert caught.value.param == "input"
