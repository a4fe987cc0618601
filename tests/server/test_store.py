"""The store's version, and what is logged when the disk fails."""

import logging
import sqlite3

import pytest

from .. import needs

needs.training()

from finetune_server.store.database import MIGRATIONS, BrokenStore
from finetune_server.store.store import Store
from finetune_server.training.job import Job

from ..local_server import start


def version(folder):
    db = sqlite3.connect(folder / "store.sqlite")
    try:
        return db.execute("PRAGMA user_version").fetchone()[0]
    finally:
        db.close()


def test_a_store_from_before_versions_were_counted_is_brought_up_to_date(tmp_path):
    store = Store(tmp_path)
    store.put("file", {"id": "file-1", "bytes": 0})
    store.close()
    db = sqlite3.connect(tmp_path / "store.sqlite")
    db.execute("PRAGMA user_version = 0")
    db.close()
    store = Store(tmp_path)
    assert store.get("file", "file-1")
    store.close()
    assert version(tmp_path) == len(MIGRATIONS)


def test_a_store_of_a_newer_server_is_refused_and_left_alone(tmp_path):
    Store(tmp_path).close()
    db = sqlite3.connect(tmp_path / "store.sqlite")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(BrokenStore, match="version 99.*install the newer server again"):
        Store(tmp_path)
    assert version(tmp_path) == 99


def test_a_job_that_fails_while_the_store_cannot_be_written_says_why_in_the_log(tmp_path, monkeypatch, caplog):
    store = Store(tmp_path)
    store.put("job", {"id": "ftjob-1", "status": "running", "model": "tiny"})
    left = [OSError("full")] * 3

    def change(*arguments, **values):
        if left:
            raise left.pop()
        return whole(*arguments, **values)

    whole = store.change
    monkeypatch.setattr(store, "change", change)
    monkeypatch.setattr("finetune_server.training.job.time.sleep", lambda seconds: None)
    Job(store, "ftjob-1").fail("server_error", "it broke")
    assert Job(store, "ftjob-1").status == "failed"
    assert caplog.text.count("it broke") == 1  # not every second
    store.close()


def test_a_storage_error_that_a_client_sees_is_logged_on_the_server(tmp_path, model, monkeypatch, caplog):
    api = start(tmp_path, model)
    monkeypatch.setattr(Store, "all", lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("disk I/O error")))
    with caplog.at_level(logging.ERROR), pytest.raises(Exception, match="disk I/O error"):
        api.files.list()
    assert "GET /v1/files" in caplog.text and "req_" in caplog.text and "disk I/O error" in caplog.text
