"""What watches the server: health, metrics and logs."""

import json
import logging
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import openai
import pytest
import requests

from .. import needs

needs.training()

from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from finetune_server import __main__
from finetune_server.logs import JsonFormatter
from finetune_server.store.database import DatabaseAway
from finetune_server.store.store import Store

from ..local_server import Server, finished, lines, start, supervised, upload

README = (Path(__file__).parents[2] / "server" / "README.md").read_text(encoding="utf-8")


def root(api):
    return str(api.base_url).removesuffix("/v1/")


def samples(api):
    """Every metric by name and labels."""
    text = requests.get(f"{root(api)}/metrics", timeout=20).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def grown(api, before):
    """What has changed since, by how much."""
    now = samples(api)
    return {key: value - before.get(key, 0) for key, value in now.items() if value != before.get(key, 0)}


def test_tokens_jobs_requests_and_errors_are_counted(api):
    before = samples(api)
    settings = supervised(n_epochs=2, batch_size=5)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=settings)
    trained = finished(api, job)
    bad = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(3))))
    reply = api.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "x"}], max_tokens=5, n=2)
    with pytest.raises(openai.NotFoundError):
        api.files.retrieve("file-none")
    with pytest.raises(openai.NotFoundError):
        api.get("/no/such/thing", cast_to=object)
    found = grown(api, before)
    assert found["finetune_trained_tokens_total",] == trained.trained_tokens
    assert found["finetune_answer_tokens_total",] == reply.usage.completion_tokens
    assert found["finetune_prompt_tokens_total",] == 2 * reply.usage.prompt_tokens
    assert found["finetune_jobs", "succeeded"] == found["finetune_jobs", "failed"] == 1
    assert found["finetune_failed_jobs_total", bad.error.code] == 1
    assert found["finetune_requests_total", "POST", "/chat/completions", "200"] == 1
    assert found["finetune_requests_total", "GET", "/files/{id}", "404"] == 1
    assert found["finetune_requests_total", "GET", "none", "404"] == 1
    assert found["finetune_request_seconds_count", "POST", "/files"] == 2


def test_what_waits_is_counted(tmp_path, model):
    store = Store(tmp_path)
    ago = int(time.time()) - 100
    for n, status in enumerate(("queued", "validating_files", "paused")):
        store.put("job", {"id": f"ftjob-{n}", "model": "another", "status": status, "created_at": ago + 10 * n})
    store.put("batch", {"id": "batch-1", "status": "completed", "base_model": "another"})
    store.close()
    found = samples(start(tmp_path, model))
    assert found["finetune_queue_jobs",] == 2 and 100 <= found["finetune_queue_seconds",] < 200
    assert found["finetune_batches", "completed"] == found["finetune_jobs", "paused"] == 1


def test_the_readmes_table_has_every_metric(api):
    told = set(re.findall(r"^\| `(finetune_\w+)`", README, re.M))
    text = requests.get(f"{root(api)}/metrics", timeout=20).text
    shown = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE finetune_")}
    assert told == {name for name in shown if not name.endswith("_created")}


def test_health_needs_no_key_and_fails_without_the_database(tmp_path, model, monkeypatch):
    api = start(tmp_path, model, token="open sesame")
    api.models.list()
    assert requests.get(f"{root(api)}/metrics", timeout=20).status_code == 401
    while (answer := requests.get(f"{root(api)}/health", timeout=20)).json() == {"status": "loading"}:
        assert answer.status_code == 503
        time.sleep(0.05)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def away(*_):
        raise DatabaseAway("gone")

    monkeypatch.setattr(Store, "execute", away)
    answer = requests.get(f"{root(api)}/health", timeout=20)
    assert (answer.status_code, answer.json()) == (503, {"status": "the database cannot be used: gone"})


def test_a_record_is_a_line_of_json_with_its_fields_and_its_error():
    try:
        raise ValueError("bad\nluck")
    except ValueError:
        record = logging.LogRecord("a.b", logging.WARNING, "x.py", 1, "it %s", ("broke",), sys.exc_info())
    record.fields = {"job": "ftjob-1"}
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text and line["message"] == "it broke" and line["job"] == "ftjob-1"
    assert line["level"] == "warning" and "ValueError: bad\nluck" in line["exception"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_the_command_logs_requests_and_events_of_jobs_as_json(tmp_path, model):
    server = Server(tmp_path / "store", model, options=["--log-format", "json"])
    server.start()
    try:
        job = server.api.fine_tuning.jobs.create(model="tiny", training_file=upload(server.api, lines(10)))
        finished(server.api, job, seconds=600)  # a start loads torch
        answer = server.api.models.with_raw_response.list()
        deadline = time.monotonic() + 30  # it is logged when it was answered
        while answer.headers["x-request-id"] not in server.log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        server.kill()
    told = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    [request] = [line for line in told if line.get("request_id") == answer.headers["x-request-id"]]
    assert (request["method"], request["route"], request["status"]) == ("GET", "/models", "200")
    events = [line for line in told if line.get("job") == job.id]
    assert events[-1]["message"].endswith("The job has successfully completed")
    assert any(line["event"] == "metrics" and line["train_loss"] > 0 for line in events)


def test_an_unknown_form_of_the_log_is_refused():
    ended = subprocess.run([sys.executable, "-m", "finetune_server", "--log-format", "xml"], capture_output=True)
    assert ended.returncode == 2


def test_a_server_whose_port_is_taken_does_not_say_that_it_answers(tmp_path, monkeypatch, capsys):
    app = Starlette()
    app.state.rest = Future()
    app.state.rest.set_result(None)
    monkeypatch.setattr("finetune_server.app.build", lambda *_: app)
    monkeypatch.setattr("finetune_server.model.download.model_folder", lambda _: tmp_path)
    for name in ("finetune_server.logs.set_up", "gc.freeze"):  # they would outlive the test
        monkeypatch.setattr(name, lambda *_: None)

    def run(port):
        monkeypatch.setattr(sys, "argv", ["finetune-server", "--store", str(tmp_path), "--port", str(port)])
        __main__.main()

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit, match="choose another --port"):
        run(taken.getsockname()[1])
    assert not capsys.readouterr().out
    app.state.rest = Future()
    app.state.rest.set_exception(OSError("no model"))  # so that it ends by itself
    with pytest.raises(SystemExit, match="no model"):
        run(0)
    assert "answers and trains at http://127.0.0.1:0/v1" in capsys.readouterr().out
