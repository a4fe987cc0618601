"""A server over PostgreSQL: its database is restarted, taken by another server, and not there at all."""

import subprocess
import sys

import openai
import pytest

from .. import needs

needs.training()
psycopg = pytest.importorskip("psycopg", reason="a store in PostgreSQL needs psycopg")

from finetune_server.store.database import BrokenStore, DatabaseAway, DatabaseError
from finetune_server.store.store import Store

from ..local_server import Server, events, finished, lines, messages, start, steps_told, supervised, until, upload

PATIENCE = 600  # seconds; a start loads torch
CUT_OFF = "The server's database could not be reached while the job ran."


@pytest.fixture
def address(postgres):
    return postgres.new_database()


def cut(address):
    """End the connections to a database, as a lost network does."""
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def curve(api, job):
    return [event.data for event in events(api, job) if event.type == "metrics"]


def test_a_job_outlives_a_restart_of_the_database_and_a_kill_of_the_server(tmp_path, postgres, address, model):
    server = Server(tmp_path / "store", model, options=["--database", address])
    server.start()
    create = lambda: server.api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(server.api, lines(24)), seed=3, method=supervised(n_epochs=20, batch_size=2)
    )
    whole = finished(server.api, create(), PATIENCE)
    job = until(server.api, create(), lambda job: steps_told(server.api, job) > 20, PATIENCE)
    postgres.stop()
    with pytest.raises(openai.InternalServerError, match="database cannot be reached") as refused:
        server.api.fine_tuning.jobs.retrieve(job.id)
    assert refused.value.status_code == 503
    postgres.start()
    # It says so up to a second after the start, and any number of steps may have been told before the stop.
    until(server.api, job, lambda job: CUT_OFF in messages(server.api, job), PATIENCE)
    before = steps_told(server.api, job)
    until(server.api, job, lambda job: steps_told(server.api, job) > before, PATIENCE)
    server.kill()
    server.start()
    job = finished(server.api, job, PATIENCE)
    assert job.status == "succeeded" and curve(server.api, job) == curve(server.api, whole)
    told = messages(server.api, job)
    assert CUT_OFF in told and "The server was restarted while the job ran." in told
    second = Server(tmp_path / "store", model, options=["--database", address])
    second.launch()
    assert second.process.wait(PATIENCE) == 1 and "Another server uses the database" in second.log.read_text()
    assert not (tmp_path / "store" / "store.sqlite").exists()
    server.kill()


def test_a_lost_connection_is_made_again_but_never_in_a_transaction(tmp_path, address):
    store = Store(tmp_path, address)
    cut(address)
    with store.transaction():  # nothing was done yet, so nothing is lost
        store.put("job", {"id": "a"})
    with pytest.raises(DatabaseAway), store.transaction():
        store.put("job", {"id": "b"})
        cut(address)
        with pytest.raises(DatabaseAway):
            store.put("job", {"id": "c"})
        store.put("job", {"id": "d"})
    assert store.all("job") == [{"id": "a"}]
    store.close()


def test_content_of_a_transaction_whose_end_was_not_heard_stays(tmp_path, address, monkeypatch):
    store = Store(tmp_path, address)
    commit = store._db.commit

    def unheard():
        commit()
        raise DatabaseAway("gone")

    path = tmp_path / "files" / "file-x"
    with pytest.raises(DatabaseAway), store.new_content((path, lambda part: part.write_bytes(b"abc"))):
        store.put("file", {"id": "file-x", "bytes": 3})
        monkeypatch.setattr(store._db, "commit", unheard)
    monkeypatch.undo()
    assert store.file_path("file-x") == path
    store.close()


def test_after_another_server_had_the_database_the_first_does_not_go_on(tmp_path, address):
    first = Store(tmp_path, address)
    cut(address)
    second = Store(tmp_path, address)
    for words in ("terminating connection", "Another server uses the database"):
        with pytest.raises(DatabaseError, match=words):
            first.put("job", {"id": "a"})
    second.close()
    with pytest.raises(DatabaseError, match="another server has used it meanwhile; start this one again"):
        first.put("job", {"id": "a"})
    again = Store(tmp_path, address)
    assert again.all("job") == []
    again.close()


def test_files_and_database_belong_together(tmp_path, postgres, address):
    store = Store(tmp_path / "one", address)
    store.put("job", {"id": "a"})
    store.close()
    Store(tmp_path / "sqlite").close()
    for folder, other in (
        ("one", postgres.new_database()),
        ("one", None),
        ("sqlite", postgres.new_database()),
        ("new", address),
    ):
        with pytest.raises(BrokenStore, match="belong to another database"):
            Store(tmp_path / folder, other)
    assert not (tmp_path / "one" / "store.sqlite").exists()
    store = Store(tmp_path / "one", address)
    assert store.all("job") == [{"id": "a"}]
    store.close()


@pytest.mark.parametrize(
    "url, words",
    [
        ("postgresql://user:secret@127.0.0.1:1/x", "cannot be used: .*Connection refused"),
        ("mysql://x", "cannot be used: "),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(tmp_path, model, url, words):
    command = [sys.executable, "-m", "finetune_server", "--model", str(model), "--store", str(tmp_path)]
    ended = subprocess.run([*command, "--database", url], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and ended.stderr.count("\n") == 1 and "secret" not in ended.stderr
    with pytest.raises(DatabaseAway, match=words.partition(": ")[2] or None):
        Store(tmp_path, url)


def test_without_psycopg_the_store_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "finetune_server.store.postgres_database", raising=False)
    with pytest.raises(BrokenStore, match=r"install \"finetune-server\[postgres\]\" \(psycopg is not installed\)"):
        Store(tmp_path, "postgresql://x")


def test_the_api_answers_over_postgresql(tmp_path, address, model):
    api = start(tmp_path, model, database=address)
    api.chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": "x"}], max_tokens=2, store=True, metadata={"a": "b"}
    )
    assert [kept.metadata for kept in api.chat.completions.list(metadata={"a": "b"})] == [{"a": "b"}]
    with pytest.raises(openai.NotFoundError):
        api.files.retrieve("file-\0")
