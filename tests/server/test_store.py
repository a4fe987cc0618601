"""The store in SQLite and in PostgreSQL: objects, answers, transactions, versions, and what is logged when it fails."""

import contextlib
import errno
import io
import logging
import time

import pytest

from .. import needs

needs.training()

from finetune_server.protocol.objects import file_object
from finetune_server.store.answers import Answers
from finetune_server.store.batch_outcomes import add_outcome, drop_outcomes, finished_lines, outcomes
from finetune_server.store.database import MIGRATIONS, BrokenStore, DatabaseError
from finetune_server.store.storage_error import storage_error
from finetune_server.store.store import NotFound, Store
from finetune_server.training.job import Job

from ..local_server import start


@pytest.fixture
def store(tmp_path, database):
    store = Store(tmp_path, database)
    yield store
    store.close()


def test_objects_are_kept_in_their_order_by_kind_and_parent(store):
    for n in range(5):
        store.put("event", {"id": f"e{n}", "text": "\0 \ud800 ä"}, parent="ftjob-1" if n % 2 else None)
    store.put("event", {"id": "e1", "text": "new"}, parent="another")
    assert [event["id"] for event in store.all("event")] == ["e0", "e2", "e4"]
    assert store.all("event", "ftjob-1") == [{"id": "e1", "text": "new"}, {"id": "e3", "text": "\0 \ud800 ä"}]
    assert [event["id"] for event in store.newest("event", "ftjob-1", None, 1)] == ["e3"]
    assert [event["id"] for event in store.newest("event", "ftjob-1", "e3", 9)] == ["e1"]
    assert store.change("event", "e3", text="x") == store.get("event", "e3") == {"id": "e3", "text": "x"}
    store.delete("event", "e3")
    for call in (store.get, store.delete, store.change):
        with pytest.raises(NotFound):
            call("event", "e3")
        with pytest.raises(NotFound):
            call("event", "e1\0")
    with pytest.raises(NotFound):
        store.newest("event", "ftjob-1", "e3", 9)


def test_what_was_kept_is_there_after_a_restart(tmp_path, database):
    store = Store(tmp_path, database)
    file = store.add_file(file_object("a", "fine-tune", 3), io.BytesIO(b"abc"))
    store.close()
    store = Store(tmp_path, database)
    assert store.all("file") == [file] and store.file_path(file["id"]).read_bytes() == b"abc"
    store.delete_file(file["id"])
    assert store.all("file") == [] and not list((tmp_path / "files").iterdir())
    store.close()


def test_answers_are_found_by_model_and_metadata_in_both_orders(store):
    kept, now = Answers(store), int(time.time())
    for n in range(450):
        metadata = {"task": "\0" if n % 100 == 7 else "b", "n": str(n)}
        answer = {"id": f"a{n}", "object": "chat.completion", "created": now, "model": f"m{n % 2}"}
        kept.add(answer | {"metadata": metadata if n % 3 else None}, [{"content": f"question {n}"}])
    found = lambda *what: [body["id"] for body in kept.find("chat.completion", *what)]
    assert found(None, {"task": "\0"}, "asc", None, 9) == ["a7", "a107", "a307", "a407"]  # 207 has none
    assert found(None, {"task": "\0"}, "desc", "a307", 1) == ["a107"]
    assert found("m0", {}, "desc", None, 2) == ["a448", "a446"] and found("m0", {"n": "7"}, "asc", None, 2) == []
    assert kept.change("chat.completion", "a7", metadata={})["metadata"] == {}
    kept.delete("chat.completion", "a107")
    assert found(None, {"task": "\0"}, "asc", None, 9) == ["a307", "a407"]
    with pytest.raises(NotFound):
        found(None, {}, "asc", "a107", 9)
    assert kept.get("chat.completion", "a8")[1] == [{"content": "question 8"}]


def test_outcomes_of_a_batch_come_in_the_order_of_its_lines(store):
    for line in (2, 10, 1):
        add_outcome(store, "batch-1", line, {"line": line}, failed=line == 2)
    assert finished_lines(store, "batch-1") == {1, 2, 10}
    assert list(outcomes(store, "batch-1", failed=False)) == [{"line": 1}, {"line": 10}]
    drop_outcomes(store, "batch-1")
    assert finished_lines(store, "batch-1") == set()


def test_a_transaction_is_made_whole_or_not_at_all(store):
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.put("job", {"id": "a"})
        with store.transaction():
            store.put("job", {"id": "b"})
        raise ZeroDivisionError
    assert store.all("job") == []
    with pytest.raises(DatabaseError, match="no_table"), store.transaction():
        store.put("job", {"id": "c"})
        store.execute("SELECT * FROM no_table")
    store.put("job", {"id": "d"})
    assert store.all("job") == [{"id": "d"}]


def test_a_transaction_of_which_a_statement_failed_is_not_taken_for_made(tmp_path, postgres):
    store = Store(tmp_path, postgres.new_database())
    with pytest.raises(DatabaseError, match="nothing was changed"), store.transaction():
        store.put("job", {"id": "a"})
        with contextlib.suppress(DatabaseError):
            store.execute("SELECT * FROM no_table")
    assert store.all("job") == []
    store.close()


def test_a_full_disk_is_told_as_one(tmp_path):
    store = Store(tmp_path)
    store.execute("PRAGMA max_page_count = 1")  # SQLite's own full disk
    with pytest.raises(DatabaseError, match="full") as caught:
        store.put("job", {"id": "c", "text": "x" * 10_000})
    assert caught.value.errno == errno.ENOSPC and storage_error(caught.value).status == 507
    store.execute("PRAGMA max_page_count = 1000000")
    store.put("job", {"id": "d"})
    assert store.all("job") == [{"id": "d"}]
    store.close()


def test_a_second_server_may_not_use_the_store(tmp_path, database):
    store = Store(tmp_path, database)
    with pytest.raises(BrokenStore, match="Another server uses the (store|database) .*: stop it, or choose another"):
        Store(tmp_path, database)
    store.close()
    Store(tmp_path, database).close()


def test_a_store_from_before_versions_were_counted_is_brought_up_to_date(tmp_path, database):
    store = Store(tmp_path, database)
    store.put("file", {"id": "file-1", "bytes": 0})
    store.execute("DROP TABLE answers")
    store._db.set_version(0)
    store.close()
    store = Store(tmp_path, database)
    assert store.get("file", "file-1") and store._db.version() == len(MIGRATIONS)
    Answers(store).add({"id": "x", "object": "response", "created_at": int(time.time()), "model": "m"}, [{"a": 1}])
    assert Answers(store).get("response", "x")[1] == [{"a": 1}]
    store.close()


def test_a_store_of_a_newer_server_is_refused_and_left_alone(tmp_path, database):
    store = Store(tmp_path, database)
    store._db.set_version(99)
    store.close()
    for _ in range(2):
        with pytest.raises(BrokenStore, match="version 99.*install the newer server again"):
            Store(tmp_path, database)


def test_a_job_that_fails_while_the_store_cannot_be_written_says_why_in_the_log(store, monkeypatch, caplog):
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


def test_a_storage_error_that_a_client_sees_is_logged_on_the_server(tmp_path, model, monkeypatch, caplog):
    api = start(tmp_path, model)
    monkeypatch.setattr(Store, "all", lambda *_: (_ for _ in ()).throw(DatabaseError("disk I/O error")))
    with caplog.at_level(logging.ERROR), pytest.raises(Exception, match="disk I/O error"):
        api.files.list()
    assert "GET /v1/files" in caplog.text and "req_" in caplog.text and "disk I/O error" in caplog.text
