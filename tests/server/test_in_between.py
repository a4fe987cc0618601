"""What comes in between two steps of the work on a job: a request, a fault, the end of the server."""

from types import SimpleNamespace
from typing import Any

import pytest

from .. import needs

needs.training()

from starlette.applications import Starlette
from starlette.testclient import TestClient

from finetune_server.routes import fine_tuning_jobs
from finetune_server.store.database import DatabaseAway, DatabaseError
from finetune_server.store.store import Store
from finetune_server.training import artifacts
from finetune_server.training.job import Interrupted, Job
from finetune_server.training.runner import JobRunner


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def job(store):
    """A job that runs."""
    store.put("job", {"id": "ftjob-1", "status": "running", "model": "tiny", "user_provided_suffix": None})
    return Job(store, "ftjob-1")


def save_checkpoint(job, n):
    step: Any = SimpleNamespace(step=n, metrics=dict)
    training: Any = None
    artifacts.save_checkpoint(job, step, training)


@pytest.fixture
def weights(monkeypatch):
    """In place of a training's weights."""
    monkeypatch.setattr(artifacts, "in_turn", lambda training: lambda part: part.mkdir())


def fail(error):
    """A function that raises this."""

    def failing(*arguments, **values):
        raise error

    return failing


def test_a_job_that_was_cancelled_while_weights_were_written_gets_no_checkpoint(job, store, monkeypatch):
    def cancelled_meanwhile(part):
        part.mkdir()
        job.transition(["running"], "cancelled", "The job was cancelled.")

    monkeypatch.setattr(artifacts, "in_turn", lambda training: cancelled_meanwhile)
    with pytest.raises(Interrupted):
        save_checkpoint(job, 1)
    assert [event["message"] for event in store.all("event", job.id)] == ["The job was cancelled."]
    assert not store.all("checkpoint", job.id) and not store.all("model") and not [*store.folder.glob("models/*")]


def test_a_restart_before_the_oldest_checkpoint_was_removed_leaves_three(job, store, weights, monkeypatch):
    for n in (1, 2, 3):
        save_checkpoint(job, n)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(store, "delete_model", fail(KeyboardInterrupt))
        save_checkpoint(job, 4)
    save_checkpoint(job, 4)
    assert [checkpoint["step_number"] for checkpoint in store.all("checkpoint", job.id)] == [2, 3, 4]


@pytest.mark.parametrize("cut_off", ["get", "drop_state"])
def test_a_model_is_exported_though_the_store_is_away_just_when_its_job_has_ended(job, store, monkeypatch, cut_off):
    told, whole = [], getattr(store, cut_off)

    def back_again(seconds):
        monkeypatch.setattr(store, cut_off, whole)

    def succeed(job):
        job.change(status="succeeded", fine_tuned_model="ft:tiny:local::1")
        monkeypatch.setattr(store, cut_off, fail(DatabaseAway("connection lost")))

    monkeypatch.setattr("finetune_server.training.job.time.sleep", back_again)
    store.state_path(job.id).write_bytes(b"state")
    runner = JobRunner(store, store.folder, "tiny", succeeded=told.append)
    runner.attempt(succeed, job)
    assert set(told) == {"ft:tiny:local::1"} and not store.state_path(job.id).exists()


def test_a_cancel_that_the_database_did_not_take_leaves_the_state(job, store, monkeypatch):
    runner, state = JobRunner(store, store.folder, "tiny"), store.state_path(job.id)
    client = TestClient(Starlette(routes=fine_tuning_jobs.routes(store, runner, "tiny")), raise_server_exceptions=False)
    cancel = lambda: client.post(f"/fine_tuning/jobs/{job.id}/cancel").status_code
    state.write_bytes(b"state")
    job.change(status="paused")
    with monkeypatch.context() as patch:
        patch.setattr(store._db, "commit", fail(DatabaseError("disk I/O error")))
        assert cancel() == 500
    assert job.status == "paused" and state.exists()
    assert cancel() == 200 and not state.exists()


def test_a_state_that_cannot_be_removed_hides_no_cancel(job, store, monkeypatch, caplog):
    job.change(status="cancelled")
    monkeypatch.setattr(type(store.folder), "unlink", fail(OSError("no network")))
    store.drop_state(job.id)
    assert f"{job.id}.safetensors cannot be deleted" in caplog.text and "no network" in caplog.text
