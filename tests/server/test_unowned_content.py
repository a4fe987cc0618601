"""Content that belongs to no object, because the server was killed between the two, is removed at the next start."""

import io
import shutil
import subprocess
import sys

import pytest

from .. import needs

needs.training()

from finetune_server.protocol.objects import file_object
from finetune_server.store.store import Store
from finetune_server.training.artifacts import add_model, saved_weights

KILLED = 9
WHILE = {  # the calls of a process, and after which of its steps it ends
    "a file is uploaded": ("upload()", "Store.put", "file"),
    "weights are written": ("train()", "pathlib.Path.mkdir", ""),
    "a model is added": ("train()", "Store.put", "model"),
    "a file is deleted": ("store.delete_file(upload())", "pathlib.Path.unlink", ""),
    "a model is deleted": ("train(); store.delete_model('ft:tiny')", "shutil.rmtree", ""),
    "a job's results are saved": ("succeed()", "Store.put", "job"),
}
PROGRAM = """
import io, os, pathlib, shutil, sys, types
from finetune_server.protocol.objects import file_object
from finetune_server.store.store import Store
from finetune_server.training import artifacts
from finetune_server.training.job import Job

store = Store(sys.argv[1], sys.argv[5] or None)
add = lambda part: part.mkdir()
artifacts.in_turn = lambda training: add

def upload():
    return store.add_file(file_object("a.jsonl", "fine-tune", 3), io.BytesIO(b"abc"))["id"]

def train():
    with artifacts.saved_weights(store, add) as folder:
        artifacts.add_model(store, "ft:tiny", folder)

def succeed():
    body = {"id": "ftjob-1", "status": "running", "model": "tiny", "user_provided_suffix": None}
    body["method"] = {"type": "supervised"}
    saved(store, "job", body)
    artifacts.save_model(Job(store, "ftjob-1"), types.SimpleNamespace(tokens=1))

saved = Store.put
owner, name = eval(sys.argv[3].rpartition(".")[0]), sys.argv[3].rpartition(".")[2]
real = getattr(owner, name)
def last(*arguments, **values):
    if sys.argv[4] and arguments[1] != sys.argv[4]:
        return real(*arguments, **values)
    if name in ("put", "mkdir"):
        real(*arguments, **values)
    os._exit(9)
setattr(owner, name, last)
exec(sys.argv[2])
"""


def contents(folder):
    return sorted(path.name for room in ("files", "models", "states") for path in (folder / room).iterdir())


@pytest.mark.parametrize("calls, ends_at, kind", WHILE.values(), ids=WHILE)
def test_a_start_removes_what_a_killed_server_left(tmp_path, database, calls, ends_at, kind):
    store = Store(tmp_path, database)
    kept = store.add_file(file_object("kept.jsonl", "fine-tune", 3), io.BytesIO(b"abc"))["id"]
    with saved_weights(store, lambda part: part.mkdir()) as folder:
        add_model(store, "ft:kept", folder)
    store.close()
    ended = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path), calls, ends_at, kind, database or ""])
    assert ended.returncode == KILLED and len(contents(tmp_path)) > 2
    store = Store(tmp_path, database)
    assert contents(tmp_path) == sorted([kept, folder]) and not store.all("unowned")
    assert [file["id"] for file in store.all("file")] == [kept]
    assert [model["id"] for model in store.all("model")] == ["ft:kept"]
    store.close()


def test_what_this_database_never_noted_is_kept(tmp_path):
    """A database that was lost, or replaced by an older copy, knows little of what lies beside it."""
    store = Store(tmp_path)
    file_id = store.add_file(file_object("a.jsonl", "fine-tune", 3), io.BytesIO(b"abc"))["id"]
    store.close()
    for path in tmp_path.glob("store.sqlite*"):
        path.unlink()
    Store(tmp_path).close()
    assert contents(tmp_path) == [file_id]


def test_weights_that_cannot_be_deleted_are_logged_and_go_at_the_next_start(tmp_path, database, monkeypatch, caplog):
    store = Store(tmp_path, database)
    with saved_weights(store, lambda part: part.mkdir()) as folder:
        add_model(store, "ft:tiny", folder)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda path: (_ for _ in ()).throw(OSError("busy")))
        store.delete_model("ft:tiny")
        assert f"{folder} cannot be deleted" in caplog.text
        store.close()
        Store(tmp_path, database).close()  # still busy, and no reason not to start
    assert contents(tmp_path) == [folder]
    Store(tmp_path, database).close()
    assert contents(tmp_path) == []
