"""Chat completions through the real client: choices, log probabilities, penalties, roles, tools, streams."""

import asyncio
import json
import math
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from .. import needs

needs.training()

import torch
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from transformers import AutoTokenizer

from finetune_server.inference.logprobs import Vocabulary
from finetune_server.inference.tool_calls import CallReader

from .. import openapi
from ..local_server import finished, lines, supervised, upload

HELLO = [{"role": "user", "content": "hello"}]
WEATHER = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bonn"}'}}
CALLED = [*HELLO, {"role": "assistant", "content": None, "tool_calls": [CALL]}]
RESULT = {"role": "tool", "content": "sunny", "tool_call_id": "call_1"}


def ask(api, **change):
    return api.chat.completions.create(
        **{"model": "tiny", "messages": HELLO, "max_tokens": 12, "temperature": 1.5} | change
    )


def streamed(chunks, index=0):
    """Text, log probabilities and end of a choice, put together from its chunks."""
    choices = [c for chunk in chunks for c in chunk.choices if c.index == index]
    entries = [entry for c in choices if c.logprobs for entry in c.logprobs.content]
    assert choices[0].delta.role == "assistant"
    return "".join(c.delta.content or "" for c in choices), entries, choices[-1].finish_reason


def test_each_choice_is_what_its_own_seed_gives_alone(api):
    three = ask(api, n=3, seed=5)
    assert [c.index for c in three.choices] == [0, 1, 2]
    alone = [ask(api, seed=seed) for seed in (5, 6, 7)]
    assert [c.message.content for c in three.choices] == [a.choices[0].message.content for a in alone]
    assert len({c.message.content for c in three.choices}) == 3
    assert three.usage.prompt_tokens == alone[0].usage.prompt_tokens
    assert three.usage.completion_tokens == sum(a.usage.completion_tokens for a in alone)


def test_a_seed_draws_the_same_whatever_else_is_in_the_batch(api):
    alone = ask(api, seed=3, top_p=0.9)
    with ThreadPoolExecutor(9) as pool:
        others = [pool.submit(ask, api, messages=[{"role": "user", "content": "other " * n}]) for n in range(1, 9)]
        assert ask(api, seed=3, top_p=0.9).choices[0].message.content == alone.choices[0].message.content
        assert all(other.result().choices for other in others)


def test_more_choices_than_a_batch_holds(api):
    assert len(ask(api, n=20, max_tokens=2).choices) == 20


def test_a_stream_of_several_choices_says_the_same_as_whole_answers(api):
    what = dict(n=3, seed=1, logprobs=True, top_logprobs=2)
    whole = ask(api, **what)
    chunks = list(ask(api, **what, stream=True, stream_options={"include_usage": True}))
    for choice in whole.choices:
        assert streamed(chunks, choice.index) == (choice.message.content, choice.logprobs.content, choice.finish_reason)
    assert chunks[-1].usage == whole.usage and not chunks[-1].choices
    assert all("usage" in chunk.model_fields_set and chunk.usage is None for chunk in chunks[:-1])


def test_log_probabilities_are_those_of_the_tokens_said(api):
    reply = ask(api, temperature=0, logprobs=True, top_logprobs=20).choices[0]
    entries = reply.logprobs.content
    assert b"".join(bytes(e.bytes) for e in entries).decode(errors="replace").startswith(reply.message.content)
    assert entries
    for entry in entries:
        assert len(entry.top_logprobs) == 20 and entry.top_logprobs[0].logprob == entry.logprob
        assert sum(math.exp(t.logprob) for t in entry.top_logprobs) < 1
    assert ask(api, temperature=0, logprobs=True).choices[0].logprobs.content[0].top_logprobs == []
    assert ask(api).choices[0].logprobs is None


def test_characters_of_several_bytes_are_spelled_in_bytes(model):
    """The tiny vocabulary is single bytes: c3 and bc make an ü."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    entries = [Vocabulary(tokenizer).logprobs(torch.zeros(300), token, 1) for token in tokenizer("ü")["input_ids"]]
    assert [e["bytes"] for e in entries] == [[0xC3], [0xBC]]


def test_a_stop_sequence_never_shows_in_a_stream(api):
    whole = ask(api, temperature=0).choices[0].message.content
    stop = whole[3:6]
    stopped = ask(api, temperature=0, stop=[stop], logprobs=True).choices[0]
    chunks = list(ask(api, temperature=0, stop=stop, logprobs=True, stream=True))
    assert stopped.message.content == whole[: whole.index(stop)]
    assert streamed(chunks) == (stopped.message.content, stopped.logprobs.content, "stop")


def test_biases_and_penalties_change_what_is_said(api, model):
    a, b = AutoTokenizer.from_pretrained(model)("ab")["input_ids"]
    say = lambda **change: ask(api, temperature=0, max_tokens=4, **change).choices[0].message.content
    bias = {str(a): 50, str(b): 49}
    assert say(logit_bias=bias) == "aaaa"
    assert say(logit_bias=bias, presence_penalty=2) == "abaa"
    assert say(logit_bias=bias, frequency_penalty=2) == "abab"


def test_all_roles_are_read(with_tools):
    old_call = {"role": "assistant", "content": None, "function_call": CALL["function"]}
    turns = [
        {"role": "developer", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        CALLED[1],
        RESULT,
        old_call,
        {"role": "function", "content": "rain", "name": "weather"},
        {"role": "system", "content": "go on"},
    ]
    same = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "hi"},
        *turns[2:4],
        CALLED[1],
        RESULT | {"content": "rain"},
        turns[6],
    ]
    one, two = (ask(with_tools, messages=messages, temperature=0) for messages in (turns, same))
    assert one.choices == two.choices and one.usage == two.usage


def test_what_the_chat_template_cannot_show_is_a_400(api, with_tools):
    for change, param in [({"tools": [WEATHER]}, "tools"), ({"messages": [*CALLED, RESULT]}, "messages[1]")]:
        with pytest.raises(openai.BadRequestError, match="does not show") as caught:
            ask(api, **change)
        assert caught.value.param == param
        ask(with_tools, **change)
    assert ask(api, tools=[WEATHER], tool_choice="none").choices  # then the model need not see them


def test_calls_of_tools_come_back_as_openai_writes_them(with_tools, says):
    says(
        'Let me look. <tool_call>\n{"name": "weather", "arguments": {"city": "Köln"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call>'
    )
    choice = ask(with_tools, tools=[WEATHER], max_tokens=500).choices[0]
    assert choice.finish_reason == "tool_calls" and choice.message.content == "Let me look."
    assert [json.loads(c.function.arguments) for c in choice.message.tool_calls] == [{"city": "Köln"}, {"city": "Bonn"}]
    one = ask(with_tools, tools=[WEATHER], max_tokens=500, parallel_tool_calls=False).choices[0]
    assert [c.function.name for c in one.message.tool_calls] == ["weather"]
    with with_tools.chat.completions.stream(model="tiny", messages=HELLO, tools=[WEATHER], max_tokens=500) as stream:
        final = stream.get_final_completion().choices[0]
    assert [c.function.arguments for c in final.message.tool_calls] == [
        c.function.arguments for c in choice.message.tool_calls
    ]
    assert ask(with_tools, max_tokens=500).choices[0].message.content.startswith("Let me look. <tool_call>")


@pytest.mark.parametrize("text", ["It rains.", '<tool_call>\n{"name": "weather", "arguments": {"city": '])
def test_an_answer_without_a_whole_call_stays_text(with_tools, says, text):
    says(text)
    choice = ask(with_tools, tools=[WEATHER], max_tokens=500).choices[0]
    assert (choice.message.content, choice.message.tool_calls, choice.finish_reason) == (text, None, "stop")
    chunks = list(ask(with_tools, tools=[WEATHER], max_tokens=500, stream=True))
    assert streamed(chunks) == (text, [], "stop")


CALL_TEMPLATES = {  # how other models write calls: with thoughts before them, or bare and one at a time
    "thinks": (
        "{% for m in messages %}<s>{{ m.role }}: {% if m.tool_calls %}<think></think>{% endif %}{{ m.content }}"
        "{% for c in m.tool_calls %}<tool_call>"
        "{'name': '{{ c.function.name }}', 'arguments': {{ c.function.arguments | tojson }}}"
        "</tool_call>{% endfor %}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant: {% endif %}",
        "<think>so</think><tool_call>{'name': 'weather', 'arguments': {\"city\": \"Bonn\"}}</tool_call>",
        "<think>so</think>",
    ),
    "one": (
        "{% for m in messages %}<s>{{ m.role }}: {{ m.content }}{% if m.tool_calls %}"
        "{% if m.tool_calls | length > 1 %}{{ raise_exception('one call at a time') }}{% endif %}"
        '{"name": "{{ m.tool_calls[0].function.name }}", '
        '"parameters": {{ m.tool_calls[0].function.arguments | tojson }}}'
        "{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant: {% endif %}",
        '{"name": "weather", "parameters": {"city": "Bonn"}}',
        "",
    ),
}


@pytest.mark.parametrize("template, text, said", CALL_TEMPLATES.values(), ids=CALL_TEMPLATES)
def test_calls_are_read_in_the_form_of_the_models_own_template(model, template, text, said):
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.chat_template = template
    content, [call] = CallReader(tokenizer).read(text)
    assert content == said and call == {"name": "weather", "arguments": '{"city": "Bonn"}'}


def test_without_a_form_for_calls_nothing_is_read_as_one(model):
    assert CallReader(AutoTokenizer.from_pretrained(model)).read('{"name": "x"}') == ('{"name": "x"}', [])


@pytest.mark.parametrize(
    "change, param",
    [
        ({"n": 129}, "n"),
        ({"n": "2"}, "n"),
        ({"temperature": "0.5"}, "temperature"),
        ({"top_p": 1.1}, "top_p"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"logprobs": 1}, "logprobs"),
        ({"frequency_penalty": 3}, "frequency_penalty"),
        ({"presence_penalty": -3}, "presence_penalty"),
        ({"logit_bias": {"5": 101}}, "logit_bias"),
        ({"logit_bias": {"99999": 1}}, "logit_bias"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stop": ""}, "stop"),
        ({"seed": 2**70}, "seed"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"audio": {"format": "mp3", "voice": "x"}}, "audio"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tools": "x"}, "tools"),
        ({"messages": "x"}, "messages"),
        ({"messages": ["x"]}, "messages[0]"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": {"a": 1}}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0].content[0].type",
        ),
        ({"messages": [{"role": "assistant", "content": None}]}, "messages[0].content"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"id": "x", "type": "function"}]}]},
            "messages[0].tool_calls[0].function",
        ),
    ],
)
def test_a_wrong_request_names_the_parameter(api, change, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.chat.completions.create(model="tiny", messages=[], extra_body={"messages": HELLO} | change)
    assert caught.value.param == param


def test_async_clients_get_the_same(api):
    async def both():
        async with openai.AsyncOpenAI(base_url=api.base_url, api_key="none", max_retries=0) as client:
            whole = await ask(client, n=2, seed=9, logprobs=True)
            chunks = [chunk async for chunk in await ask(client, n=2, seed=9, logprobs=True, stream=True)]
        return whole, chunks

    whole, chunks = asyncio.run(both())
    assert whole.choices == ask(api, n=2, seed=9, logprobs=True).choices
    for choice in whole.choices:
        assert streamed(chunks, choice.index) == (choice.message.content, choice.logprobs.content, choice.finish_reason)


def test_the_apis_own_description_accepts_the_answers(api, with_tools, says):
    plain = dict(model="tiny", messages=HELLO, max_tokens=90)
    for client, change in [(api, {"n": 2, "logprobs": True, "top_logprobs": 3}), (with_tools, {"tools": [WEATHER]})]:
        raw = json.loads(client.chat.completions.with_raw_response.create(**plain, **change).content)
        ChatCompletion.model_validate(raw)
        openapi.accepts(raw, "POST", "/chat/completions")
        for chunk in client.chat.completions.create(
            **plain, **change, stream=True, stream_options={"include_usage": True}
        ):
            ChatCompletionChunk.model_validate(chunk.to_dict(exclude_unset=True))
            body = chunk.to_dict(exclude_unset=True, mode="json")
            openapi.accepts(body, "POST", "/chat/completions", kind="text/event-stream")
        says('<tool_call>\n{"name": "weather", "arguments": {}}\n</tool_call>')


def test_checkpoints_and_models_can_be_retrieved_and_deleted(api):
    job = api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=2, batch_size=10)
    )
    job = finished(api, job)
    [last, first] = api.fine_tuning.jobs.checkpoints.list(job.id)
    names = {job.fine_tuned_model, first.fine_tuned_model_checkpoint, last.fine_tuned_model_checkpoint}
    assert names <= {m.id for m in api.models.list()}
    for name in names:
        assert api.models.retrieve(name).id == name and ask(api, model=name).choices
    assert api.models.delete(first.fine_tuned_model_checkpoint).deleted
    assert [c.id for c in api.fine_tuning.jobs.checkpoints.list(job.id)] == [last.id]
    assert api.models.delete(job.fine_tuned_model).deleted
    for gone in (job.fine_tuned_model, first.fine_tuned_model_checkpoint):
        with pytest.raises(openai.NotFoundError):
            api.models.retrieve(gone)
        with pytest.raises(openai.NotFoundError):
            ask(api, model=gone)
        with pytest.raises(openai.NotFoundError):
            api.models.delete(gone)
    assert ask(api, model=last.fine_tuned_model_checkpoint).choices
    with pytest.raises(openai.PermissionDeniedError):
        api.models.delete("tiny")
