"""Chat completions that are kept: found again as they were, changed, deleted, forgotten after 30 days, and learned."""

import time

import openai
import pytest
import requests

from .. import needs

needs.training()

from openai.types.chat import ChatCompletion
from transformers import AutoTokenizer

from finetune_server.inference.sequence import Sequence
from finetune_server.store import answers as answers_module
from finetune_server.store.answers import Answers
from finetune_server.store.store import NotFound, Store

from .. import openapi, tiny_model
from ..local_server import start

PARTS = [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]
TALK = [{"role": "system", "content": "be kind"}, {"role": "user", "content": PARTS, "name": "Ann"}]
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def ask(api, **change):
    return api.chat.completions.create(
        **{"model": "tiny", "messages": TALK, "max_tokens": 6, "temperature": 0, "store": True} | change
    )


def raw(api, path):
    reply = requests.get(f"{str(api.base_url).rstrip('/')}{path}", timeout=10)
    assert reply.ok, reply.text
    return reply.json()


def test_what_was_answered_is_found_again(api):
    said = ask(api, metadata={"task": "greet"}, seed=5, user="u", n=2, logprobs=True, temperature=1)
    kept = api.chat.completions.retrieve(said.id)
    assert (kept.choices, kept.usage, kept.created) == (said.choices, said.usage, said.created)
    assert (kept.metadata, kept.seed, kept.input_user, kept.request_id) == ({"task": "greet"}, 5, "u", said._request_id)
    messages = api.chat.completions.messages.list(said.id).data
    assert [(m.role, m.content) for m in messages] == [("system", "be kind"), ("user", "hello")]
    assert messages[1].content_parts and [p.text for p in messages[1].content_parts] == ["hel", "lo"]
    assert [m.id for m in api.chat.completions.messages.list(said.id, order="desc", limit=1).data] == [messages[1].id]


def test_what_was_not_to_be_kept_is_not(api):
    for change in ({"store": False}, {"store": openai.omit}):
        with pytest.raises(openai.NotFoundError):
            api.chat.completions.retrieve(ask(api, **change).id)


def test_a_stream_is_kept_as_the_whole_answer_would_be(api):
    what = dict(n=2, seed=1, temperature=1, logprobs=True, top_logprobs=2)
    whole = ask(api, **what)
    chunks = list(ask(api, **what, stream=True))
    kept = api.chat.completions.retrieve(chunks[0].id)
    assert (kept.choices, kept.usage) == (whole.choices, whole.usage)


def test_calls_of_tools_are_kept_with_the_ids_that_were_streamed(tmp_path, monkeypatch):
    folder = tiny_model.make(tmp_path / "tiny", tiny_model.TOOL_TEMPLATE)
    api = start(tmp_path / "store", folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = '<tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call>'
    ids = [*tokenizer(text)["input_ids"], tokenizer.eos_token_id]
    monkeypatch.setattr(Sequence, "sample", lambda sequence, logits: ids[len(sequence._produced)])
    asked: dict = {"messages": [{"role": "user", "content": "hi"}], "tools": [TOOL]}
    with api.chat.completions.stream(model="tiny", store=True, **asked) as stream:
        final = stream.get_final_completion()
    kept = api.chat.completions.retrieve(final.id).choices[0].message
    streamed = final.choices[0].message.to_dict()["tool_calls"]
    told = lambda calls: [(call["id"], call["function"]["arguments"]) for call in calls]
    assert told(kept.to_dict()["tool_calls"]) == told(streamed) and kept.content is None


def test_a_stream_that_cannot_be_kept_says_so(api, monkeypatch):
    monkeypatch.setattr(Answers, "add", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(openai.APIError, match="No space left"):
        list(ask(api, stream=True))
    with pytest.raises(openai.InternalServerError, match="disk is full"):
        ask(api)
    events = list(api.responses.create(model="tiny", input="hello", stream=True))
    assert events[-1].type == "error" and "No space left" in events[-1].message


def test_the_list_is_filtered_ordered_and_paged(api):
    made = [ask(api, metadata={"list": "a", "n": str(n)}, max_tokens=1).id for n in range(3)]
    other = ask(api, metadata={"list": 'b"]'}, max_tokens=1).id
    find = lambda **query: [c.id for c in api.chat.completions.list(**query)]
    assert find(metadata={"list": "a"}) == find(metadata={"list": "a"}, limit=1) == made
    assert find(metadata={"list": "a"}, order="desc") == made[::-1]
    assert find(metadata={"list": "a", "n": "1"}) == [made[1]] and find(metadata={"list": 'b"]'}) == [other]
    assert find(metadata={"list": "a"}, after=made[1]) == made[2:] and find(model="none") == []
    page = api.chat.completions.list(metadata={"list": "a"}, limit=2)
    assert (page.has_more, len(page.data)) == (True, 2)
    assert {*made, other} <= {*find(model="tiny")}
    with pytest.raises(openai.NotFoundError):
        find(after="chatcmpl-x")
    with pytest.raises(openai.BadRequestError):
        find(order="up")


def test_metadata_can_be_changed_and_a_completion_deleted(api):
    said = ask(api, metadata={"a": "b"})
    changed = api.chat.completions.update(said.id, metadata={"c": "d"})
    assert changed.metadata == {"c": "d"} and changed.choices == said.choices
    assert [c.id for c in api.chat.completions.list(metadata={"c": "d"})] == [said.id]
    for body, param in [
        ({}, "metadata"),
        ({"metadata": {"k": 1}}, "metadata.k"),
        ({"metadata": {}, "model": "x"}, "model"),
    ]:
        with pytest.raises(openai.BadRequestError) as caught:
            api.post(f"/chat/completions/{said.id}", body=body, cast_to=object)
        assert caught.value.param == param
    assert api.chat.completions.delete(said.id).deleted
    for gone in (api.chat.completions.retrieve, api.chat.completions.delete, api.chat.completions.messages.list):
        with pytest.raises(openai.NotFoundError):
            gone(said.id)


def test_the_apis_own_description_accepts_what_is_kept(api):
    id = ask(api, metadata={"kind": "described"}, logprobs=True).id
    for path in (f"/chat/completions/{id}", "/chat/completions", f"/chat/completions/{id}/messages"):
        openapi.accepts(raw(api, path), "GET", path)
    openapi.accepts(raw(api, f"/chat/completions/{id}"), "POST", f"/chat/completions/{id}")
    ChatCompletion.model_validate(raw(api, f"/chat/completions/{id}"))
    openapi.accepts(api.chat.completions.delete(id).to_dict(), "DELETE", f"/chat/completions/{id}")


def test_after_thirty_days_they_are_gone(tmp_path, database, monkeypatch):
    store = Store(tmp_path, database)
    kept = Answers(store)
    new = lambda id: {"id": id, "object": "chat.completion", "created": int(time.time()), "model": "tiny"}
    kept.add(new("old"), [])
    later = time.time() + answers_module.KEPT_SECONDS + 5
    monkeypatch.setattr(answers_module.time, "time", lambda: later)
    with pytest.raises(NotFound):
        kept.get("chat.completion", "old")
    assert kept.find("chat.completion", None, {}, "asc", None, 10) == []
    kept.add(new("young"), [])
    assert [row[0] for row in store.execute("SELECT id FROM answers")] == ["young"]
    store.close()
