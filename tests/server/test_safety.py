"""Strangers, too much, too little, and a damaged store: refused in one sentence, and nothing else is lost."""

import http.client
import io
import json
import math
import random
import socket
import subprocess
import sys
import threading

import openai
import pytest
import requests

from .. import needs

needs.training()

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from finetune_server.protocol.objects import file_object
from finetune_server.routes import access
from finetune_server.store.database import BrokenStore
from finetune_server.store.store import Store
from finetune_server.training import resume, trainer
from finetune_server.training.runner import JobRunner

from ..local_server import dpo, finished, lines, messages, pairs, pause_after, start, supervised, until, upload


@pytest.fixture(scope="module")
def url(api):
    return str(api.base_url).rstrip("/")


def files_of(api):
    return {f.id for f in api.files.list()}


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"Host": "localhost:8017"}, 200),
        ({"Host": "[::1]:8017"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:8017"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_this_machines_own_names_are_answered(url, headers, status):
    reply = requests.get(f"{url}/models", headers=headers, timeout=10)
    assert reply.status_code == status
    assert status == 200 or reply.json()["error"]["code"] == "host_not_allowed"
    local = status == 200 and "Origin" in headers
    assert reply.headers.get("access-control-allow-origin") == (headers["Origin"] if local else None)


@pytest.mark.parametrize(
    "origin, allowed",
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:5173", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://evil.example#localhost:1", False),
        ("null", False),
    ],
)
def test_only_pages_of_this_machine_may_ask_from_a_browser(url, origin, allowed):
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization,x-stainless-lang",
    }
    reply = requests.options(f"{url}/models/x", headers=preflight, timeout=10)
    assert reply.ok == allowed and reply.headers.get("access-control-allow-origin") == (origin if allowed else None)
    if allowed:
        assert "DELETE" in reply.headers["access-control-allow-methods"]
        assert reply.headers["access-control-allow-headers"] == preflight["Access-Control-Request-Headers"]
        asked = requests.get(f"{url}/models", headers={"Origin": origin}, timeout=10)
        assert "x-request-id" in asked.headers["access-control-expose-headers"]


def test_with_a_token_a_page_of_this_machine_needs_it_too(tmp_path, model):
    api = start(tmp_path, model, token="open sesame")
    origin = {"Origin": "http://localhost:3000"}
    preflight = origin | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert requests.options(f"{api.base_url}models", headers=preflight, timeout=10).ok
    refused = requests.get(f"{api.base_url}models", headers=origin, timeout=10)
    assert refused.status_code == 401 and refused.headers["access-control-allow-origin"] == origin["Origin"]


def test_with_a_token_the_name_does_not_matter_but_the_key_does(tmp_path, model):
    api = start(tmp_path, model, token="open sesame")
    url = f"{api.base_url}models"
    ask = lambda **headers: requests.get(url, headers={"Host": "classroom.example"} | headers, timeout=10).status_code
    assert ask(Authorization="Bearer open sesame") == ask(**{"api-key": "open sesame"}) == 200
    assert ask() == ask(Authorization="Bearer guess") == ask(Authorization="open") == 401


def test_bound_elsewhere_it_demands_a_token_and_says_how():
    command = [sys.executable, "-m", "finetune_server", "--host", "0.0.0.0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "--token KEY" in ended.stderr and "LOCAL_API_TOKEN" in ended.stderr


@pytest.mark.parametrize(
    "id", ["..%2F..%2Fstore.sqlite", "..", "%2e%2e", "file-x%00", "store.sqlite", "%2Fetc%2Fpasswd", "*"]
)
def test_ids_never_reach_the_file_system(store, api, id):
    def status(method, path):  # as it stands: other clients tidy up the path
        line = http.client.HTTPConnection("127.0.0.1", api.base_url.port)
        line.request(method, f"/v1/{path}")
        return line.getresponse().status

    (store / "files" / "secret").write_bytes(b"secret")
    for path in (
        f"files/{id}/content",
        f"files/{id}",
        "files/secret/content",
        "files/..%2Ffiles%2Fsecret/content",
        f"fine_tuning/jobs/{id}",
        f"fine_tuning/jobs/{id}/events",
    ):
        assert status("GET", path) == 404, path
    for path in (f"files/{id}", f"models/{id}", f"models/ft:tiny:{id}"):
        assert status("DELETE", path) == 404, path
    with pytest.raises(openai.NotFoundError):
        api.chat.completions.create(model=f"../{id}", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError):
        api.fine_tuning.jobs.create(model="tiny", training_file=f"../{id}")
    assert (store / "files" / "secret").exists() and (store / "store.sqlite").exists()


def test_a_file_name_is_only_a_name(api, store):
    file = api.files.create(file=("../../evil.jsonl", lines(10)), purpose="fine-tune")
    assert file.filename.endswith("evil.jsonl") and not list(store.parent.rglob("evil.jsonl"))
    assert api.files.content(file.id).content == lines(10)


def test_large_uploads_pass_and_too_large_ones_are_refused(api, store, monkeypatch):
    content = random.Random(0).randbytes(5_000_000)
    assert api.files.content(upload(api, content)).content == content
    before = files_of(api)
    monkeypatch.setattr(access, "MAX_FORM_BYTES", 1_000_000)
    with pytest.raises(openai.APIStatusError, match="too large") as caught:
        upload(api, content)
    assert caught.value.status_code == 413
    monkeypatch.setattr(access, "MAX_FORM_BYTES", 10**9)
    monkeypatch.setattr("finetune_server.routes.files.MAX_FILE_BYTES", 1_000_000)
    with pytest.raises(openai.APIStatusError, match="more than 1000000 bytes"):
        upload(api, content)
    assert files_of(api) == before and not list(store.glob("*/*.part"))


def test_a_huge_or_broken_json_body_is_refused(api, url, monkeypatch):
    monkeypatch.setattr(access, "MAX_JSON_BYTES", 10_000)
    with pytest.raises(openai.APIStatusError, match="too large"):
        api.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "x" * 20_000}])
    for body in (b"{", b"[]", b"\xff", b"[" * 9_000):
        assert requests.post(f"{url}/fine_tuning/jobs", data=body, timeout=10).status_code == 400


def test_an_upload_that_stops_coming_is_refused(api, url, store, monkeypatch):
    before = files_of(api)
    monkeypatch.setattr(access, "MAX_PAUSE_SECONDS", 0.1)
    with socket.create_connection(("127.0.0.1", api.base_url.port)) as line:
        line.sendall(
            b"POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9999\r\n"
            b"content-type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
        )
        assert line.recv(100).startswith(b"HTTP/1.1 400")
    assert files_of(api) == before and not list(store.glob("*/*.part"))


@pytest.mark.parametrize(
    "body, type",
    [
        (
            b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{}',
            "multipart/form-data; boundary=x",
        ),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b"garbage", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"", ""),
    ],
)
def test_a_broken_form_is_a_400_and_nothing_is_stored(api, url, body, type):
    before = files_of(api)
    reply = requests.post(f"{url}/files", data=body, headers={"Content-Type": type}, timeout=10)
    assert reply.status_code == 400 and reply.json()["error"]["message"]
    assert files_of(api) == before


def test_a_full_disk_refuses_an_upload_and_keeps_everything_else(api, store, monkeypatch):
    before = files_of(api)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("finetune_server.store.store.shutil.copyfileobj", full)
        with pytest.raises(openai.InternalServerError, match="disk is full") as caught:
            upload(api, lines(10))
    assert (caught.value.status_code, caught.value.code) == (507, "insufficient_storage")
    assert files_of(api) == before and not list(store.glob("*/*.part"))
    upload(api, lines(10))


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), SafetensorError("I/O error: full (os error 28)")]
)
def test_a_full_disk_fails_the_job_and_says_so(api, monkeypatch, error):
    def full(*_):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(trainer.Training, "save", full)
        job = finished(
            api,
            api.fine_tuning.jobs.create(
                model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1)
            ),
        )
    assert (job.status, job.error.code) == ("failed", "insufficient_storage") and "disk is full" in job.error.message


def test_weights_that_were_half_written_leave_nothing_behind(api, store, monkeypatch):
    def half(training, folder):
        folder.mkdir()
        (folder / "adapter_model.safetensors").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    before = set(store.glob("models/*"))
    with monkeypatch.context() as patched:
        patched.setattr(trainer.Training, "save", half)
        job = finished(
            api,
            api.fine_tuning.jobs.create(
                model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1)
            ),
        )
    assert job.status == "failed" and set(store.glob("models/*")) == before


def test_a_start_leaves_the_files_of_others_alone(tmp_path):
    for name in ("Downloads/film.part", "models/notes.part", "models/model-1.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    Store(tmp_path).close()
    assert {path.name for path in tmp_path.glob("*/*.part")} == {"film.part", "notes.part"}


def test_half_a_character_is_refused_and_the_lists_still_answer(api, url):
    file_id = upload(api, lines(10))
    body = json.dumps({"model": "tiny", "training_file": file_id, "metadata": {"a": "\ud800"}})
    assert requests.post(f"{url}/fine_tuning/jobs", data=body, timeout=10).status_code == 400
    assert requests.get(f"{url}/fine_tuning/jobs", timeout=10).status_code == 200
    for line in (
        '{"messages": [{"role": "user", "content": "\\ud800"}, {"role": "assistant", "content": "x"}]}',
        "[" * 100_000,
    ):
        bad = upload(api, lines(10) + line.encode())
        job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=bad))
        assert job.error.code == "invalid_training_file" and "Example 11" in job.error.message


@pytest.mark.parametrize("method, examples", [(supervised(n_epochs=1), lines(10)), (dpo(n_epochs=1), pairs(10))])
def test_a_training_that_diverges_fails_and_says_what_to_do(api, monkeypatch, method, examples):
    real = trainer.Training._learn
    with monkeypatch.context() as patched:
        patched.setattr(trainer.Training, "_learn", lambda training, batch: real(training, batch) | {"loss": math.nan})
        job = finished(
            api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, examples), method=method)
        )
    assert (job.status, job.error.code, job.error.param) == ("failed", "training_diverged", "learning_rate_multiplier")
    assert "smaller learning_rate_multiplier" in job.error.message
    assert api.fine_tuning.jobs.list_events(job.id).data


def test_a_thread_that_works_on_jobs_outlives_a_fault_of_the_store(api, monkeypatch):
    failed = threading.Event()

    def fail(*_):
        failed.set()
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "drop_state", fail)
        patched.setattr("finetune_server.training.runner.time.sleep", lambda seconds: None)
        finished(
            api,
            api.fine_tuning.jobs.create(
                model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1)
            ),
        )
        assert failed.wait(60)  # only after the job has got its status
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(11)), method=supervised(n_epochs=1))
    assert finished(api, job).status == "succeeded"


def test_a_job_that_ends_every_server_is_given_up(tmp_path, database, model):
    store = Store(tmp_path, database)
    store.put("job", {"id": "ftjob-1", "status": "running", "model": "tiny"})
    for start_number in (1, 2, 3):
        JobRunner(store, model, "tiny")
        status = store.get("job", "ftjob-1")["status"]
        assert status == ("queued" if start_number < 3 else "failed")
        if status == "queued":
            store.change("job", "ftjob-1", status="running")
            if start_number == 1:  # a step was made: the next restarts count anew
                store.put("event", {"id": "ftevent-1", "type": "metrics", "message": "Step 1/9"}, parent="ftjob-1")
                JobRunner(store, model, "tiny")
                store.change("job", "ftjob-1", status="running")
    assert "smaller batch_size" in store.get("job", "ftjob-1")["error"]["message"]
    store.close()


@pytest.mark.parametrize(
    "change, status",
    [
        ({"temperature": 1e-40}, 200),
        ({"logit_bias": {"9" * 5000: 1}}, 400),
        ({"stream": "false"}, 400),
        ({"stream": 1}, 400),
    ],
)
def test_odd_values_harm_nobody(url, change, status):
    body = {"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": 2} | change
    reply = requests.post(f"{url}/chat/completions", json=body, timeout=20)
    assert reply.status_code == status
    assert status == 200 or reply.json()["error"]["param"] in change


def test_a_damaged_database_is_one_sentence_and_is_left_as_it_is(tmp_path):
    store = Store(tmp_path)
    store.add_file(file_object("a", "fine-tune", 3), io.BytesIO(b"abc"))
    [store.put("job", {"id": str(n), "text": "x" * 1000}) for n in range(100)]
    store.close()
    database = tmp_path / "store.sqlite"
    whole = database.read_bytes()
    for damaged in (b"garbage" * 1000, whole[:5000] + b"\xff" * 8000 + whole[13000:], whole[: len(whole) // 2]):
        database.write_bytes(damaged)
        with pytest.raises(BrokenStore, match="is damaged .* Nothing was changed"):
            Store(tmp_path)
        assert database.read_bytes() == damaged
    database.write_bytes(whole)
    again = Store(tmp_path)
    assert len(again.all("job")) == 100 and again.file_path(again.all("file")[0]["id"]).read_bytes() == b"abc"


def test_a_damaged_file_or_adapter_is_told_and_the_others_answer(api, store):
    file_id, other = upload(api, lines(10)), upload(api, lines(11))
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=file_id, method=supervised(n_epochs=1)))
    (store / "files" / file_id).write_bytes(b"half")
    with pytest.raises(openai.InternalServerError, match="upload the file again"):
        api.files.content(file_id)
    failed = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=file_id))
    assert failed.status == "failed" and "upload the file again" in failed.error.message
    assert api.files.content(other).content == lines(11) and api.files.delete(file_id).deleted
    newest = max(store.glob("models/*"), key=lambda folder: folder.stat().st_mtime)
    (newest / "adapter_model.safetensors").write_bytes(b"garbage")
    ask = lambda model: api.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "x"}], max_tokens=1
    )
    with pytest.raises(openai.InternalServerError, match="train the model again"):
        ask(job.fine_tuned_model)
    assert ask("tiny").choices and api.models.delete(job.fine_tuned_model).deleted


def trained(model, n, path=None):
    """A training after `n` steps, gone on from the state at `path` if there is one; and its losses."""
    turns = lambda i: [{"role": "user", "content": f"q {i}"}, {"role": "assistant", "content": f"a {i * i}"}]
    examples = [{"messages": turns(i)} for i in range(12)]
    training = trainer.Training(model, examples, examples[:5], trainer.Settings(3, 5, 2.0, seed=11))
    if path:
        resume.restore(training, resume.read_state(path))
    steps = training.steps()
    return training, [next(steps) for _ in range(training.step, n)]


@pytest.mark.parametrize("n", [1, 3, 4, 9])
def test_a_training_that_goes_on_is_the_training_it_was(model, tmp_path, n):
    whole, all_steps = trained(model, 9)
    half, first_steps = trained(model, n)
    resume.save_state(half, tmp_path / "state")
    going_on, rest = trained(model, 9, tmp_path / "state")
    assert first_steps + rest == all_steps and not list(going_on.steps())
    for (name, a), (_, b) in zip(resume.adapters(whole), resume.adapters(going_on), strict=True):
        assert a.equal(b), name


def spoil(state, damage):
    """Make another file of a saved state: no state at all, or one of a training with other adapters."""
    if damage == "garbage":
        return state.write_bytes(b"garbage")
    with safe_open(state, "pt") as file:
        rest = file.metadata()
        tensors = {key: file.get_tensor(key).clone() for key in file.keys()}  # noqa: SIM118 (a file is no dict)
    if damage == "other names":
        tensors = {key.replace("adapter ", "adapter other."): tensor for key, tensor in tensors.items()}
    else:
        tensors = {key: tensor.repeat(2, *[1] * (tensor.ndim - 1)) for key, tensor in tensors.items() if tensor.ndim}
    save_file(tensors, state, metadata=rest)


@pytest.mark.parametrize("damage", ["garbage", "other names", "other shapes"])
def test_a_job_whose_state_is_damaged_begins_again(api, store, damage, monkeypatch):
    pause_after(3, api, monkeypatch)
    method = supervised(n_epochs=6, batch_size=1)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=method)
    until(api, job, lambda job: job.status == "paused")
    spoil(store / "states" / f"{job.id}.safetensors", damage)
    api.fine_tuning.jobs.resume(job.id)
    assert finished(api, job).status == "succeeded"
    assert any("damaged" in m and "begins again" in m for m in messages(api, job))
    until(api, job, lambda job: not (store / "states" / f"{job.id}.safetensors").exists())


def test_a_restart_finds_work_by_the_jobs_statuses(tmp_path, database, model):
    store = Store(tmp_path, database)
    for status in ("running", "pausing", "queued", "validating_files", "paused", "succeeded"):
        store.put("job", {"id": status, "status": status, "model": "tiny", "estimated_finish": None})
        store.state_path(status).write_bytes(b"state")
    JobRunner(store, model, "tiny")
    statuses = {job["id"]: job["status"] for job in store.all("job")}
    assert statuses == {
        "running": "queued",
        "pausing": "paused",
        "queued": "queued",
        "validating_files": "validating_files",
        "paused": "paused",
        "succeeded": "succeeded",
    }
    assert [e["message"] for e in store.all("event", "running")] == ["The server was restarted while the job ran."]
    assert store.state_path("running").exists() and not store.state_path("succeeded").exists()
    store.close()
