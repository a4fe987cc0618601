"""Webhooks: what has ended is told, signed, and again until it was heard; only hosts that were allowed are called."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import needs

needs.training()

from finetune_server.store.database import DatabaseAway
from finetune_server.store.store import Store
from finetune_server.store.webhook_outbox import DELIVERY, ENDPOINT, announce
from finetune_server.webhooks import delivery
from finetune_server.webhooks.address import LOOPBACK, BadAddress, check_address

from ..local_server import finished, lines, start, supervised, upload, wait

SUCCEEDED, FAILED, CANCELLED = (f"fine_tuning.job.{status}" for status in ("succeeded", "failed", "cancelled"))
KNOWN_TO_SDK = hasattr(openai.OpenAI(api_key="none").webhooks, "create")


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(delivery, "LOOK_SECONDS", 0.02)


@pytest.fixture
def receiver():
    """A program that is told: its address, what it got, and what it answers."""

    class Receiver(HTTPServer):
        def __init__(self, *what):
            super().__init__(*what)
            self.got, self.answers = [], []
            self.url = f"http://127.0.0.1:{self.server_port}"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            server.got.append((self.path, dict(self.headers.items()), body))
            status = server.answers.pop(0) if server.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("location", f"{server.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format, *args):
            pass

    server = Receiver(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def endpoint(api, receiver, *event_types, **change):
    body = {"name": "test", "url": f"{receiver.url}/hook?a=b", "event_types": event_types} | change
    return api.post("/webhook_endpoints", body=body, cast_to=object)


def heard(receiver, n=1, seconds=30):
    wait(lambda: len(receiver.got) >= n, seconds)
    return receiver.got


def unwrapped(api, told, secret):
    _, headers, body = told
    return api.webhooks.unwrap(body, headers, secret=secret)


def test_a_job_that_has_ended_is_told_and_the_client_accepts_it(api, receiver):
    made = endpoint(api, receiver, SUCCEEDED, FAILED, CANCELLED)
    method = supervised(n_epochs=1, batch_size=10)
    jobs = [
        api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(n)), method=method) for n in (10, 9)
    ]
    assert [finished(api, job).status for job in jobs] == ["succeeded", "failed"]
    long = supervised(n_epochs=50, batch_size=1)  # it has not ended when it is cancelled
    cancelled = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=long)
    api.fine_tuning.jobs.cancel(cancelled.id)
    events = [unwrapped(api, told, made["signing_secret"]) for told in heard(receiver, 3)]
    told = {(event.type, event.data.id) for event in events}
    assert told == {(SUCCEEDED, jobs[0].id), (FAILED, jobs[1].id), (CANCELLED, cancelled.id)}
    assert all(event.object == "event" and event.id.startswith("evt_") for event in events)
    assert {path for path, _, _ in receiver.got} == {"/hook?a=b"}
    with pytest.raises(openai.InvalidWebhookSignatureError):
        unwrapped(api, receiver.got[0], "whsec_" + "A" * 44)
    api.delete(f"/webhook_endpoints/{made['id']}", cast_to=object)


def test_a_batch_that_has_ended_is_told(api, receiver):
    made = endpoint(api, receiver, "batch.completed", "batch.failed")
    body = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    file = api.files.create(file=("x.jsonl", json.dumps(line).encode()), purpose="batch")
    what = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}
    batch = api.batches.create(input_file_id=file.id, **what)
    event = unwrapped(api, heard(receiver)[0], made["signing_secret"])
    assert (event.type, event.data.id) == ("batch.completed", batch.id)
    api.delete(f"/webhook_endpoints/{made['id']}", cast_to=object)


def run_courier(tmp_path, *, hosts=LOOPBACK):
    store = Store(tmp_path)
    delivery.Courier(store, hosts).start()
    return store


def kept_endpoint(store, url, *event_types, **change):
    made = {"id": "we_x", "url": url, "event_types": event_types, "signing_secret": "whsec_AAAA", "older_secret": None}
    return store.put(ENDPOINT, made | change)


def test_what_was_not_heard_is_told_again_with_the_same_id(tmp_path, receiver, monkeypatch, api):
    monkeypatch.setattr(delivery, "RETRY_SECONDS", (0.05, 0.05, 0.05))
    receiver.answers[:] = [500, 302]
    store = run_courier(tmp_path)
    kept_endpoint(store, receiver.url, SUCCEEDED)
    announce(store, SUCCEEDED, "ftjob-x")
    got = heard(receiver, 3)
    assert [path for path, _, _ in got] == ["/", "/", "/"]  # a redirection is not followed
    assert len({headers["webhook-id"] for _, headers, _ in got}) == 1 and len({body for *_, body in got}) == 1
    assert unwrapped(api, got[-1], "whsec_AAAA").data.id == "ftjob-x"
    wait(lambda: store.all(DELIVERY) == [])
    assert len(got) == 3


def test_after_the_last_try_it_is_given_up_and_nothing_secret_is_logged(tmp_path, receiver, monkeypatch, caplog):
    monkeypatch.setattr(delivery, "RETRY_SECONDS", (0.05,))
    receiver.answers[:] = [500] * 5
    store = run_courier(tmp_path)
    with caplog.at_level(logging.DEBUG):
        kept_endpoint(store, receiver.url, FAILED, signing_secret="whsec_SECRETSECRET")
        announce(store, FAILED, "ftjob-x")
        heard(receiver, 2)
        wait(lambda: store.all(DELIVERY) == [])
    assert len(receiver.got) == 2
    assert "was not told of evt_" in caplog.text and "SECRET" not in caplog.text


def test_a_start_sends_what_is_still_due_and_waits_for_what_is_not(tmp_path, receiver):
    store = Store(tmp_path)
    kept_endpoint(store, receiver.url, SUCCEEDED)
    announce(store, SUCCEEDED, "ftjob-a")
    announce(store, SUCCEEDED, "ftjob-b")
    announce(store, FAILED, "ftjob-c")
    later = store.all(DELIVERY)[1]["id"]
    store.change(DELIVERY, later, due=time.time() + 1000)
    store.close()
    again = run_courier(tmp_path)
    assert json.loads(heard(receiver)[0][2])["data"]["id"] == "ftjob-a"
    wait(lambda: [kept["id"] for kept in again.all(DELIVERY)] == [later])
    time.sleep(0.1)  # nothing more comes
    assert [kept["id"] for kept in again.all(DELIVERY)] == [later] and len(receiver.got) == 1


def test_a_database_that_is_away_is_logged_once_and_what_is_due_is_sent_when_it_is_back(
    tmp_path, receiver, monkeypatch, caplog
):
    tried = []

    def gone(*_):
        tried.append(1)
        raise DatabaseAway("gone")

    store = run_courier(tmp_path)
    with monkeypatch.context() as outage:
        outage.setattr(store, "all", gone)
        while len(tried) < 5:
            time.sleep(0.02)
    assert caplog.text.count("webhooks wait for the database: gone") == 1
    kept_endpoint(store, receiver.url, SUCCEEDED)
    announce(store, SUCCEEDED, "ftjob-x")
    assert json.loads(heard(receiver)[0][2])["data"]["id"] == "ftjob-x"


def test_a_host_that_may_no_longer_be_called_is_not(tmp_path, receiver):
    store = run_courier(tmp_path, hosts=())
    kept_endpoint(store, receiver.url, SUCCEEDED)
    announce(store, SUCCEEDED, "ftjob-x")
    wait(lambda: store.all(DELIVERY)[0]["failures"])
    assert receiver.got == []


def test_endpoints_are_managed_as_at_openai(api, receiver):
    made = endpoint(api, receiver, FAILED, name="first")
    path = f"/webhook_endpoints/{made['id']}"
    assert made["object"] == "webhook_endpoint" and made["signing_secret"].startswith("whsec_")
    shown = {name: value for name, value in made.items() if name != "signing_secret"}
    assert api.get(path, cast_to=object) == shown and made["signing_secret"] not in str(shown)
    assert shown["signing_secret_hint"].endswith(made["signing_secret"][-4:])
    assert api.get("/webhook_endpoints?limit=1", cast_to=object)["data"] == [shown]
    changed = api.post(path, body={"name": "second", "event_types": [SUCCEEDED]}, cast_to=object)
    assert (changed["name"], changed["event_types"], changed["url"]) == ("second", [SUCCEEDED], shown["url"])
    types = api.get("/webhook_event_types", cast_to=object)["data"]
    assert {SUCCEEDED, FAILED, CANCELLED, "batch.completed"} < set(types)
    receiver.answers[:] = [418]
    result = api.post(f"{path}/test", body={"event_type": FAILED}, cast_to=object)
    assert (result["status_code"], result["success"], result["webhook_endpoint_id"]) == (418, True, made["id"])
    assert unwrapped(api, receiver.got[0], made["signing_secret"]).type == FAILED
    assert api.delete(path, cast_to=object) == {"id": made["id"], "object": "webhook_endpoint.deleted", "deleted": True}
    with pytest.raises(openai.NotFoundError):
        api.get(path, cast_to=object)


@pytest.mark.parametrize("keep", [True, False])
def test_a_new_secret_takes_the_place_of_the_old_one(api, receiver, keep):
    made = endpoint(api, receiver, FAILED)
    path = f"/webhook_endpoints/{made['id']}"
    body = {"keep_old_secret_active_for_24_hours": True} if keep else {}
    new = api.post(f"{path}/rotate_secret", body=body, cast_to=object)
    assert new["signing_secret"] != made["signing_secret"]
    api.post(f"{path}/test", body={"event_type": FAILED}, cast_to=object)
    assert unwrapped(api, receiver.got[0], new["signing_secret"]).type == FAILED
    if keep:
        assert unwrapped(api, receiver.got[0], made["signing_secret"]).type == FAILED
    else:
        with pytest.raises(openai.InvalidWebhookSignatureError):
            unwrapped(api, receiver.got[0], made["signing_secret"])
    api.delete(path, cast_to=object)


@pytest.mark.skipif(not KNOWN_TO_SDK, reason="this version of openai does not know the routes")
def test_the_clients_own_calls_manage_them(api, receiver):
    made = api.webhooks.create(name="sdk", url=receiver.url, event_types=[FAILED])
    assert api.webhooks.retrieve(made.id).name == "sdk" and made.id in [one.id for one in api.webhooks.list()]
    assert api.webhooks.update(made.id, name="other").name == "other"
    assert api.webhooks.test(made.id, event_type=FAILED).status_code == 200
    secret = api.webhooks.rotate_secret(made.id, keep_old_secret_active_for_24_hours=True).signing_secret
    assert secret not in str(api.webhooks.retrieve(made.id)) and FAILED in api.webhooks.event_types.list().data
    assert api.webhooks.delete(made.id).deleted


@pytest.mark.parametrize(
    "change, param",
    [
        ({"url": "http://example.org/x"}, "url"),
        ({"url": "https://example.org"}, "url"),
        ({"url": "http://169.254.169.254/latest"}, "url"),
        ({"url": "http://127.0.0.1.example.org"}, "url"),
        ({"url": "http://localhost@example.org"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://127.0.0.1:99999"}, "url"),
        ({"url": "http://127.0.0.1/a b"}, "url"),
        ({"url": 5}, "url"),
        ({"name": " "}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["response.completed"]}, "event_types"),
        ({"event_types": [[]]}, "event_types"),
        ({"event_types": [FAILED, FAILED]}, "event_types"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(api, receiver, change, param):
    for call in (lambda: endpoint(api, receiver, FAILED, **change), lambda: changing(api, receiver, change)):
        with pytest.raises(openai.BadRequestError) as caught:
            call()
        assert caught.value.param == param


def changing(api, receiver, change):
    made = endpoint(api, receiver, FAILED)
    try:
        return api.post(f"/webhook_endpoints/{made['id']}", body=change, cast_to=object)
    finally:
        api.delete(f"/webhook_endpoints/{made['id']}", cast_to=object)


def test_a_test_of_a_program_that_does_not_run_says_so(api, receiver):
    made = endpoint(api, receiver, FAILED, url="http://127.0.0.1:9")
    with pytest.raises(openai.BadRequestError, match="is its program running"):
        api.post(f"/webhook_endpoints/{made['id']}/test", body={"event_type": FAILED}, cast_to=object)
    api.delete(f"/webhook_endpoints/{made['id']}", cast_to=object)


def test_with_a_token_only_named_hosts_are_called(tmp_path, model, receiver):
    api = start(tmp_path, model, token="open sesame", webhook_hosts=["hooks.example.org"])
    with pytest.raises(openai.BadRequestError, match="--webhook-host 127.0.0.1"):
        endpoint(api, receiver, FAILED)
    with pytest.raises(openai.BadRequestError, match="https://"):
        endpoint(api, receiver, FAILED, url="http://hooks.example.org")
    made = endpoint(api, receiver, FAILED, url="https://hooks.example.org/x")
    assert isinstance(made, dict) and made["id"]


@given(st.text(max_size=40) | st.builds("http://{}/{}".format, st.text(max_size=20), st.text(max_size=10)))
def test_no_address_gets_by(url):
    try:
        check_address(url, {"allowed.example"})
    except BadAddress as error:
        assert str(error)
    else:
        assert url.lower().startswith("https://allowed.example")
