"""Files and weights in an object store: what is local is a cache, and another machine goes on with the rest."""

import io
import shutil
import uuid

import pytest

from .. import needs

needs.training()

from fsspec.core import url_to_fs

from finetune_server.protocol.objects import file_object
from finetune_server.store.database import BrokenStore
from finetune_server.store.remote_files import RemoteFiles
from finetune_server.store.store import NotFound, Store
from finetune_server.training.artifacts import add_model, saved_weights

from ..local_server import Server, events, finished, lines, messages, start, steps_told, supervised, until, upload

PATIENCE = 600  # seconds; a start loads torch
SECRET = "not-for-logs"


@pytest.fixture
def address(postgres):
    return postgres.new_database()


@pytest.fixture(scope="session")
def s3():
    """An S3 server on this machine, which clients of this process and its children find by their environment."""
    needs.s3()
    from moto.server import ThreadedMotoServer  # pyright: ignore[reportMissingImports] (in no requirements)

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "a-test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        yield
    server.stop()


@pytest.fixture(params=["file", "memory", "s3"])
def files(request, tmp_path):
    """The address of an empty object store."""
    if request.param == "s3":
        request.getfixturevalue("s3")
    return (tmp_path / "bucket").as_uri() if request.param == "file" else f"{request.param}://{uuid.uuid4().hex}/store"


def names(files):
    """What lies in the object store."""
    fs, root = url_to_fs(files, use_listings_cache=False)
    return sorted(path.split(root.strip("/") + "/")[1] for path in fs.find(root))


def write(part):
    part.mkdir()
    (part / "a.txt").write_text("abc")


def test_another_machine_finds_everything_and_removes_what_nobody_owns(tmp_path, address, files):
    store = Store(tmp_path / "one", address, files)
    kept = store.add_file(file_object("a", "fine-tune", 3), io.BytesIO(b"abc"))["id"]
    gone = store.add_file(file_object("b", "fine-tune", 3), io.BytesIO(b"xyz"))["id"]
    with saved_weights(store, write) as folder:
        add_model(store, "ft:kept", folder)
    store.delete_file(gone)
    store.put("job", {"id": "ftjob-1"})
    store.state_path("ftjob-1").write_bytes(b"state")
    store.state_saved("ftjob-1")
    assert names(files) == sorted(["database", f"files/{kept}", f"models/{folder}/a.txt", "states/ftjob-1.safetensors"])
    lost = tmp_path / "one" / "files" / "file-lost"
    with pytest.raises(KeyboardInterrupt), store.new_content((lost, lambda part: part.write_bytes(b"x"))):
        store._remove = lambda path: None  # as if the machine ended here
        raise KeyboardInterrupt
    store.close()
    assert "files/file-lost" in names(files)

    other = Store(tmp_path / "two", address, files)
    assert "files/file-lost" not in names(files)
    assert not list((tmp_path / "two" / "files").iterdir())
    assert other.file_path(kept).read_bytes() == b"abc"
    assert (other.local(tmp_path / "two" / "models" / folder) / "a.txt").read_text() == "abc"
    assert other.state_path("ftjob-1").read_bytes() == b"state"
    other.drop_state("ftjob-1")
    other.delete_model("ft:kept")
    other.delete_file(kept)
    with pytest.raises(NotFound):
        other.file_path(kept)
    assert names(files) == ["database"]
    other.close()
    shutil.rmtree(tmp_path / "one")
    Store(tmp_path / "one", address, files).close()


def test_a_start_does_not_trust_its_cache(tmp_path, address, files):
    store = Store(tmp_path, address, files)
    store.put("job", {"id": "ftjob-1"})
    store.state_path("ftjob-1").write_bytes(b"new")
    store.state_saved("ftjob-1")
    store.state_path("ftjob-1").write_bytes(b"old")
    store.close()
    store = Store(tmp_path, address, files)
    assert store.state_path("ftjob-1").read_bytes() == b"new"
    store.close()


def test_bytes_that_the_object_store_lost_are_told(tmp_path, address, files):
    store = Store(tmp_path, address, files)
    file = store.add_file(file_object("a", "fine-tune", 3), io.BytesIO(b"abc"))["id"]
    store.close()
    fs, root = url_to_fs(files)
    fs.rm(f"{root}/files/{file}")
    store = Store(tmp_path, address, files)
    with pytest.raises(BrokenStore, match="upload the file again"):
        store.file_path(file)
    store.close()


def test_an_object_store_that_cannot_be_used_is_one_sentence(tmp_path, postgres, address, monkeypatch):
    with pytest.raises(BrokenStore, match="nothing://x: .*nothing"):
        Store(tmp_path / "a", address, "nothing://x")
    with pytest.raises(BrokenStore, match="kept with --database"):
        Store(tmp_path / "b", None, "memory://b")
    Store(tmp_path / "c", address, "memory://c").close()
    with pytest.raises(BrokenStore, match="memory://c belong to another database"):
        Store(tmp_path / "d", postgres.new_database(), "memory://c")
    store = Store(tmp_path / "c", address, "memory://c")
    assert store._remote
    monkeypatch.setattr(store._remote._fs, "put_file", lambda *_: (_ for _ in ()).throw(RuntimeError("no network")))
    with pytest.raises(OSError, match="memory://c cannot be used: RuntimeError: no network"):
        store.add_file(file_object("a", "fine-tune", 3), io.BytesIO(b"abc"))
    assert not store.all("file") and not store.all("unowned") and names("memory://c") == ["database"]
    store.close()


def test_keys_that_open_nothing_are_one_sentence_without_them(tmp_path, address, s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(BrokenStore, match=r"The files at s3://a cannot be used: .*127\.0\.0\.1:9.* keys") as caught:
        Store(tmp_path, address, "s3://a")
    assert SECRET not in str(caught.value)


def test_keys_in_an_address_are_refused_and_not_repeated(tmp_path, address):
    with pytest.raises(BrokenStore, match="leave them in the environment") as caught:
        Store(tmp_path, address, f"s3://a-test:{SECRET}@bucket/store")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("files", ["file", "s3"], indirect=True)
def test_a_job_goes_on_on_another_machine(tmp_path, address, files, model):
    options = ["--database", address, "--files", files]
    first = Server(tmp_path / "one", model, options=options)
    first.start()
    create = lambda: first.api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(first.api, lines(24)), seed=3, method=supervised(n_epochs=12, batch_size=2)
    )  # 144 steps: it has not ended when it is killed, in its second epoch
    whole = finished(first.api, create(), PATIENCE)
    job = until(first.api, create(), lambda job: steps_told(first.api, job) > 14, PATIENCE)
    first.kill()
    shutil.rmtree(tmp_path / "one")
    api = start(tmp_path / "two", model, database=address, files_url=options[3])
    assert finished(api, job, PATIENCE).status == "succeeded"
    curves = [[event.data for event in events(api, one) if event.type == "metrics"] for one in (job, whole)]
    assert curves[0] == curves[1] and any("goes on after step" in message for message in messages(api, job))
    tuned = [api.fine_tuning.jobs.retrieve(one.id).fine_tuned_model or "" for one in (job, whole)]
    ask = lambda name: api.chat.completions.create(
        model=name, messages=[{"role": "user", "content": "question 3"}], max_tokens=8, temperature=0
    )
    assert ask(tuned[0]).choices[0].message.content == ask(tuned[1]).choices[0].message.content


def test_a_copy_that_failed_is_made_again(tmp_path):
    there = tmp_path / "bucket" / "models" / "model-1"
    there.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (there / name).write_text(name)
    remote, copied = RemoteFiles((tmp_path / "bucket").as_uri(), tmp_path / "cache"), tmp_path / "cache/models/model-1"
    copied.parent.mkdir(parents=True)
    get = remote._fs.get_file
    remote._fs.get_file = lambda file, to: get(file, to) if file.endswith("a.txt") else remote._fs.open(f"{file}.gone")
    with pytest.raises(OSError, match="FileNotFoundError"):
        remote.fetch(copied)
    remote._fs.get_file = get
    remote.fetch(copied)
    assert {file.name: file.read_text() for file in copied.iterdir()} == {"a.txt": "a.txt", "b.txt": "b.txt"}
