"""Batches: answered as any request is, errors apart, gone on with after a kill, cancelled, expired."""

import asyncio
import json
import threading
import time
from typing import Literal

import openai
import pytest

from .. import needs

needs.training()

from openai.types import Batch
from pydantic import TypeAdapter

from finetune_server.batches import batch_requests, batch_runner

from ..local_server import Server, start

CHAT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
RESPONSES: Literal["/v1/responses"] = "/v1/responses"
FINAL = ("completed", "failed", "expired", "cancelled")
ASKED = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4, "temperature": 0}


def line(n, url=CHAT, body=None, **change):
    return {"custom_id": f"request-{n}", "method": "POST", "url": url, "body": ASKED if body is None else body} | change


def file_of(api, *lines):
    content = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    return api.files.create(file=("requests.jsonl", content), purpose="batch").id


def create(api, *lines, endpoint=CHAT, **more):
    return api.batches.create(input_file_id=file_of(api, *lines), endpoint=endpoint, completion_window="24h", **more)


def ended(api, batch, seconds=60):
    deadline = time.monotonic() + seconds
    while batch.status not in FINAL:
        assert time.monotonic() < deadline, batch
        time.sleep(0.05)
        batch = api.batches.retrieve(batch.id)
    return batch


def outcomes(api, file_id):
    return [json.loads(one) for one in api.files.content(file_id).content.splitlines()]


def counted(batch):
    return batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed


def test_each_request_is_answered_as_alone(api):
    body = ASKED | {"messages": [{"role": "user", "content": "Grüße"}]}
    batch = create(api, line(1), line(2, body=body), metadata={"a": "b"})
    assert (batch.status, batch.endpoint, batch.metadata) == ("validating", CHAT, {"a": "b"})
    assert batch.expires_at and batch.expires_at - batch.created_at == 24 * 3600
    batch = ended(api, batch)
    assert (batch.status, counted(batch), batch.error_file_id, batch.model) == ("completed", (2, 2, 0), None, "tiny")
    assert batch.in_progress_at and batch.finalizing_at and batch.completed_at and batch.failed_at is None
    said = outcomes(api, batch.output_file_id)
    assert [one["custom_id"] for one in said] == ["request-1", "request-2"] and not any(one["error"] for one in said)
    alone = [api.chat.completions.create(**asked).choices[0].to_dict() for asked in (ASKED, body)]
    assert [one["response"]["body"]["choices"][0] for one in said] == alone
    assert {one["response"]["status_code"] for one in said} == {200}
    assert all(one["response"]["request_id"].startswith("req_") for one in said)
    tokens = sum(one["response"]["body"]["usage"]["total_tokens"] for one in said)
    assert batch.usage and batch.usage.total_tokens == tokens > 0
    file = api.files.retrieve(batch.output_file_id)
    assert (file.purpose, file.filename) == ("batch_output", f"{batch.id}_output.jsonl")


def test_responses_come_in_batches_too(api):
    body = {"model": "tiny", "input": "hi", "max_output_tokens": 16}
    batch = ended(api, create(api, line(1, RESPONSES, body), endpoint=RESPONSES))
    [said] = outcomes(api, batch.output_file_id)
    assert said["response"]["body"]["object"] == "response" and batch.usage.total_tokens > 0
    assert api.responses.retrieve(said["response"]["body"]["id"]).id == said["response"]["body"]["id"]


def test_asked_by_the_async_client(api):
    async def ask():
        async with openai.AsyncOpenAI(base_url=api.base_url, api_key="none") as client:
            content = json.dumps(line(1)).encode()
            file = await client.files.create(file=("requests.jsonl", content), purpose="batch")
            batch = await client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
            return batch.id, [one.id async for one in client.batches.list()]

    made, listed = asyncio.run(ask())
    assert made == listed[0] and ended(api, api.batches.retrieve(made)).status == "completed"


def test_requests_that_are_refused_stand_in_the_file_of_errors(api):
    requests = [
        line(1),
        line(2, body=ASKED | {"model": "gpt-none"}),
        line(3, body=ASKED | {"max_tokenz": 1}),
        line(4, body=ASKED | {"stream": True}),
        line(5, body={}),
    ]
    batch = ended(api, create(api, *requests))
    assert (batch.status, counted(batch)) == ("completed", (5, 1, 4))
    assert [one["custom_id"] for one in outcomes(api, batch.output_file_id)] == ["request-1"]
    failed = {one["custom_id"]: one["response"] for one in outcomes(api, batch.error_file_id)}
    errors = {name: (said["status_code"], said["body"]["error"]["param"]) for name, said in failed.items()}
    assert errors == {
        "request-2": (404, "model"),
        "request-3": (400, "max_tokenz"),
        "request-4": (400, "stream"),
        "request-5": (400, "model"),
    }
    assert all(said["body"]["error"].keys() == {"message", "type", "param", "code"} for said in failed.values())


def test_without_an_answer_there_is_no_file_of_answers(api):
    batch = ended(api, create(api, line(1, body=ASKED | {"n": 0})))
    assert (batch.status, batch.output_file_id, counted(batch)) == ("completed", None, (1, 0, 1))


@pytest.mark.parametrize(
    "bad, code, where",
    [
        ([b"{"], "invalid_json_line", 2),
        ([b"[]"], "invalid_request", 2),
        ([b'{"custom_id": "2", "custom_id": "3"}'], "invalid_json_line", 2),
        ([line(1)], "duplicate_custom_id", 2),
        ([line(2, custom_id="")], "missing_required_parameter", 2),
        ([line(2) | {"body": []}], "missing_required_parameter", 2),
        ([line(2, method="GET")], "invalid_method", 2),
        ([line(2, url=RESPONSES)], "invalid_url", 2),
        ([line(2, priority=1)], "unknown_parameter", 2),
        ([b"", b"\xff"], "invalid_json_line", 3),
    ],
)
def test_a_file_that_holds_something_else_fails_the_batch_and_names_the_line(api, bad, code, where):
    batch = ended(api, create(api, line(1), *bad))
    assert batch.status == "failed" and batch.failed_at and batch.output_file_id is None
    [error] = batch.errors.data
    assert (error.code, error.line) == (code, where) and error.message


def test_an_empty_file_or_one_that_is_gone_or_too_long_fails_the_batch(api, monkeypatch):
    empty = ended(api, create(api, b"\n"))
    assert [error.code for error in empty.errors.data] == ["empty_file"]
    monkeypatch.setattr(batch_requests, "MAX_REQUESTS", 1)
    assert [error.code for error in ended(api, create(api, line(1), line(2))).errors.data] == ["too_many_requests"]
    monkeypatch.setattr(batch_requests, "MAX_TOLD", 2)
    assert [error.line for error in ended(api, create(api, *[b"{"] * 5)).errors.data] == [1, 2]


@pytest.mark.parametrize(
    "change, param",
    [
        ({"endpoint": "/v1/embeddings"}, "endpoint"),
        ({"endpoint": 5}, "endpoint"),
        ({"completion_window": "1h"}, "completion_window"),
        ({"input_file_id": "file-x"}, "input_file_id"),
        ({"metadata": {str(n): "x" for n in range(17)}}, "metadata"),
        ({"output_expires_after": {"anchor": "created_at", "seconds": 1}}, "output_expires_after.seconds"),
        ({"output_expires_after": {"anchor": "now", "seconds": 3600}}, "output_expires_after.anchor"),
        ({"window": "24h"}, "window"),
    ],
)
def test_what_cannot_be_a_batch_is_refused(api, change, param):
    body = {"endpoint": CHAT, "completion_window": "24h", "input_file_id": file_of(api, line(1))} | change
    with pytest.raises(openai.BadRequestError) as caught:
        api.post("/batches", body=body, cast_to=object)
    assert caught.value.param == param


def test_a_file_of_another_purpose_is_refused(api):
    file = api.files.create(file=("requests.jsonl", b"{}"), purpose="user_data").id
    with pytest.raises(openai.BadRequestError, match="with the purpose 'batch'"):
        api.batches.create(input_file_id=file, endpoint=CHAT, completion_window="24h")


def test_its_files_expire_when_it_was_told(api):
    expiry = {"anchor": "created_at", "seconds": 3600}
    batch = ended(api, create(api, line(1), output_expires_after=expiry))
    file = api.files.retrieve(batch.output_file_id)
    assert file.expires_at and file.expires_at - file.created_at == 3600


def test_batches_are_listed_newest_first(api):
    made = [create(api, line(1)).id for _ in range(3)][::-1]
    assert [one.id for one in api.batches.list(limit=1)][:3] == made
    assert [one.id for one in api.batches.list(limit=2, after=made[0]).data] == made[1:]
    for call in (api.batches.retrieve, api.batches.cancel):
        with pytest.raises(openai.NotFoundError):
            call("batch_x")


@pytest.fixture
def slow(monkeypatch):
    """Answers of batches wait for this event after the first."""
    go, asked = threading.Event(), []
    real = batch_runner.BatchRunner._answer_one

    async def waiting(runner, batch, request):
        asked.append(request.custom_id)
        while len(asked) > 1 and not go.is_set() and request.line > 1:
            await asyncio.sleep(0.01)
        await real(runner, batch, request)

    monkeypatch.setattr(batch_runner.BatchRunner, "_answer_one", waiting)
    yield go
    go.set()


def first_answered(api, batch, seconds=120):
    deadline = time.monotonic() + seconds
    while counted(batch := api.batches.retrieve(batch.id))[1] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return batch


def test_a_cancelled_batch_keeps_what_was_answered(api, slow):
    batch = first_answered(api, create(api, *map(line, range(1, 20))))
    assert batch.status == "in_progress"
    assert api.chat.completions.create(**ASKED).choices  # others do not wait for it
    cancelled = api.batches.cancel(batch.id)
    assert cancelled.status == "cancelling" and cancelled.cancelling_at
    slow.set()
    batch = ended(api, batch)
    assert batch.status == "cancelled" and batch.cancelled_at and batch.error_file_id is None
    assert [one["custom_id"] for one in outcomes(api, batch.output_file_id)] == ["request-1"]
    with pytest.raises(openai.BadRequestError, match="cannot be cancelled"):
        api.batches.cancel(batch.id)


def test_what_is_not_answered_in_time_expires(api, slow, monkeypatch):
    batch = first_answered(api, create(api, *map(line, range(1, 4))))
    monkeypatch.setattr(batch_runner.time, "time", lambda: batch.expires_at)
    slow.set()
    batch = ended(api, batch)
    assert (batch.status, counted(batch)) == ("expired", (3, 1, 2)) and batch.expired_at
    errors = [(one["custom_id"], one["response"], one["error"]["code"]) for one in outcomes(api, batch.error_file_id)]
    assert errors == [("request-2", None, "batch_expired"), ("request-3", None, "batch_expired")]


def test_a_batch_outlives_a_fault_of_the_store(api, monkeypatch):
    real, faults = batch_runner.add_outcome, [OSError(28, "No space left on device")]

    def failing(*what):
        if faults:
            raise faults.pop()
        real(*what)

    monkeypatch.setattr(batch_runner, "add_outcome", failing)
    batch = ended(api, create(api, line(1)))
    assert batch.status == "failed" and [e.code for e in batch.errors.data] == ["insufficient_storage"]
    assert ended(api, create(api, line(1))).status == "completed"


def test_a_fault_after_a_request_to_cancel_stops_no_other_batch(api, monkeypatch):
    def cancelled_meanwhile(*_):
        monkeypatch.undo()
        [batch] = [one for one in api.batches.list() if one.status == "validating"]
        api.batches.cancel(batch.id)
        raise OSError("no network")

    monkeypatch.setattr(batch_runner, "check_requests", cancelled_meanwhile)
    batch = ended(api, create(api, line(1)), 10)
    assert (batch.status, batch.errors) == ("cancelled", None)
    assert ended(api, create(api, line(1))).status == "completed"


def test_with_a_token_its_requests_are_answered(tmp_path, model):
    api = start(tmp_path, model, token="open sesame")
    assert counted(ended(api, create(api, line(1)))) == (1, 1, 0)


def test_the_sdks_types_accept_it(api):
    batch = create(api, line(1))
    TypeAdapter(Batch).validate_python(api.get(f"/batches/{batch.id}", cast_to=object), strict=True)
    assert not {"base_model", "output_seconds"} & api.get(f"/batches/{ended(api, batch).id}", cast_to=object).keys()


def test_a_killed_server_goes_on_and_asks_nothing_twice(tmp_path, model):
    server = Server(tmp_path / "store", model)
    server.start()
    body = ASKED | {"max_tokens": 60, "logit_bias": {"70": 100}}
    # A short one, then many long ones: some are left when the server is killed.
    requests = [line(0), *(line(n, body=body) for n in range(1, 64))]
    batch = first_answered(server.api, create(server.api, *requests))
    before = counted(batch)[1]
    server.kill()
    server.start()
    batch = ended(server.api, batch, 240)
    server.kill()
    assert (batch.status, counted(batch)) == ("completed", (64, 64, 0)) and 0 < before < 64
