"""The adapter of each succeeded job comes into a folder, whole or not at all, and leaves it with its model."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from .. import needs

needs.training()

from safetensors.numpy import save_file

from finetune_server import __main__
from finetune_server.export import formats
from finetune_server.export.exported_adapters import BadExportFolder, ExportedAdapters
from finetune_server.store.content import ADAPTER_FILES
from finetune_server.store.store import Store
from finetune_server.training.artifacts import add_model, saved_weights

from ..local_server import Server, events, finished, lines, messages, start, supervised, upload, wait
from .test_exports import asked, unpacked

FILES = {*ADAPTER_FILES, "README.md"}
CONFIG = {"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["q_proj"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exported") / "adapters" / "of this server"


@pytest.fixture(scope="module")
def exporting(tmp_path_factory, model, folder):
    """A client of a server that exports into the folder."""
    return start(tmp_path_factory.mktemp("store"), model, export_adapters=folder)


def trained(api):
    method = supervised(n_epochs=1, batch_size=10)
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=method))
    assert job.status == "succeeded"
    return job


def told(api, job, words):
    """The event of a job with these words, as soon as it is there."""
    return wait(lambda: [event for event in events(api, job) if words in event.message])[0]


def exported_as(name):
    return formats.folder_name(name, "adapter")


def test_the_adapter_of_a_job_is_exported_as_the_command_exports_it(exporting, folder, tmp_path):
    job = trained(exporting)
    event = told(exporting, job, "exported")
    exported = folder / exported_as(job.fine_tuned_model)
    assert (event.level, event.message) == ("info", f"The adapter was exported to {exported}")
    by_hand = unpacked(asked(exporting, job.fine_tuned_model, "adapter"), tmp_path)
    assert exported.name == by_hand.name and {path.name for path in exported.iterdir()} == FILES
    assert all((exported / name).read_bytes() == (by_hand / name).read_bytes() for name in FILES)
    assert [*folder.iterdir()] == [exported]
    config = json.loads((exported / "adapter_config.json").read_text())  # vLLM's resolver looks at these two
    assert (config["peft_type"], config["base_model_name_or_path"]) == ("LORA", "tiny")


def test_a_deleted_model_leaves_the_folder(exporting, folder):
    job = trained(exporting)
    told(exporting, job, "exported to")
    exporting.models.delete(job.fine_tuned_model)
    event = told(exporting, job, "deleted")
    exported = folder / exported_as(job.fine_tuned_model)
    assert (event.level, event.message) == ("info", f"The model was deleted, and its exported adapter {exported}")
    assert exported not in folder.iterdir()


def test_what_cannot_be_exported_fails_no_job_and_the_event_says_what_to_do(exporting, folder, monkeypatch):
    away = folder.rename(folder.with_name("away"))
    folder.write_text("a file, where the folder was")
    job = trained(exporting)
    event = told(exporting, job, "was not exported")
    assert event.level == "warn" and str(folder) in event.message
    folder.unlink()
    away.rename(folder)
    assert exporting.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": "question 3"}], max_tokens=2
    ).choices
    command = event.message.partition("or run: ")[2].removesuffix(f" --into {folder}").split()
    where = ["--into", str(folder), "--server", str(exporting.base_url)]
    monkeypatch.setattr("sys.argv", [*command, *where])
    __main__.main()
    assert {path.name for path in (folder / exported_as(job.fine_tuned_model)).iterdir()} == FILES
    exporting.models.delete(job.fine_tuned_model)
    told(exporting, job, "and its exported adapter")


def test_without_the_option_nothing_is_exported(api):
    assert not any("exported" in message for message in messages(api, trained(api)))


@pytest.fixture
def kept(tmp_path):
    store = Store(tmp_path / "store")
    yield store
    store.close()


def add_job(store, name):
    """A job that has succeeded, and its model."""

    def write(part: Path) -> None:
        part.mkdir()
        (part / "adapter_config.json").write_text(json.dumps(CONFIG))
        save_file({"a": np.zeros(2, np.float32)}, part / "adapter_model.safetensors")

    with saved_weights(store, write) as weights:
        add_model(store, name, weights)
        method = {"type": "supervised", "supervised": {"hyperparameters": {}}}
        job = {"id": f"ftjob-{name[-1]}", "fine_tuned_model": name, "training_file": None, "validation_file": None}
        store.put("job", {**job, "model": "tiny", "method": method, "seed": 1, "created_at": 0})
    return job["id"]


def said(store, job):
    return [event["message"] for event in store.all("event", job)]


def exporter(store, model, folder):
    thread = ExportedAdapters(store, model, "tiny", folder)
    thread.start()
    return thread


def test_a_start_brings_the_folder_to_what_a_killed_server_had_promised(kept, model, tmp_path):
    made, deleted = (f"ft:tiny:local::{n}" for n in (1, 2))
    jobs = [add_job(kept, name) for name in (made, deleted, "ft:another:local::3")]
    kept.delete_model(deleted)
    folder = tmp_path / "adapters"
    half = folder / f".{exported_as(made)}.part" / exported_as(made)
    for left in (half, folder / exported_as(deleted), folder / "of somebody else"):
        left.mkdir(parents=True)
        (left / "adapter_config.json").write_text("{}")
    exporter(kept, model, folder)
    wait(lambda: all(said(kept, job) for job in jobs[:2]))
    assert {path.name for path in folder.iterdir()} == {exported_as(made), "of somebody else"}
    assert {path.name for path in (folder / exported_as(made)).iterdir()} == FILES
    again = exporter(kept, model, folder)
    wait(again._models.empty)
    assert [len(said(kept, job)) for job in jobs] == [1, 1, 0]


def test_a_reader_never_finds_half_an_adapter(kept, model, tmp_path, monkeypatch):
    seen, card = [], formats.card
    look = lambda: seen.append({path.name for path in (tmp_path / "adapters").iterdir()})
    monkeypatch.setattr(formats, "card", lambda *about: look() or card(*about))  # the last file that is written
    job = add_job(kept, "ft:tiny:local::1")
    exporter(kept, model, tmp_path / "adapters")
    wait(lambda: said(kept, job))
    assert seen == [{f".{exported_as('ft:tiny:local::1')}.part"}]


def test_a_model_that_was_deleted_while_it_was_exported_is_not_there(kept, model, tmp_path, monkeypatch):
    name, card, other = "ft:tiny:local::1", formats.card, "ft:tiny:local::2"
    job = add_job(kept, name)
    monkeypatch.setattr(formats, "card", lambda about, *more: delete(about) or card(about, *more))

    def delete(about):
        if about.name == name:
            kept.delete_model(name)
            thread.look_at(name)

    thread = ExportedAdapters(kept, model, "tiny", tmp_path / "adapters")
    thread.start()
    wait(lambda: len(said(kept, job)) == 2)
    assert "The model was deleted" in said(kept, job)[1] and not [*(tmp_path / "adapters").iterdir()]
    later = add_job(kept, other)
    thread.look_at(other)
    wait(lambda: said(kept, later))


def test_an_adapter_that_cannot_be_removed_is_told(kept, model, tmp_path, monkeypatch):
    name = "ft:tiny:local::1"
    job = add_job(kept, name)
    thread = exporter(kept, model, tmp_path / "adapters")
    wait(lambda: said(kept, job))
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError("read-only")))
    kept.delete_model(name)
    thread.look_at(name)
    message = wait(lambda: said(kept, job)[1:])[0]
    assert "(read-only): delete" in message and str(tmp_path / "adapters" / exported_as(name)) in message


def test_a_damaged_adapter_is_told(kept, model, tmp_path, monkeypatch):
    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda *a, **k: (time.sleep(0.2), remove(*a, **k)))  # a slow disk
    job = add_job(kept, "ft:tiny:local::1")
    [weights] = (tmp_path / "store" / "models").glob("*/adapter_model.safetensors")
    weights.unlink()
    exporter(kept, model, tmp_path / "adapters")
    assert "was not exported (The weights of ft:tiny:local::1 are damaged" in wait(lambda: said(kept, job))[0]
    assert not [*(tmp_path / "adapters").iterdir()]


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path, model):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadExportFolder, match=r"name another folder with --export-adapters\.$"):
        ExportedAdapters(Store(tmp_path / "a"), model, "tiny", tmp_path / "file")
    server = Server(tmp_path / "b", model, options=["--export-adapters", str(tmp_path / "file" / "folder")])
    server.launch()
    assert server.process.wait(600) == 1
    [line] = server.log.read_text().splitlines()
    assert line.startswith("Adapters cannot be exported into") and line.endswith("with --export-adapters.")


def test_a_model_whose_weights_were_deleted_while_they_were_read_is_not_called_damaged(
    kept, model, tmp_path, monkeypatch
):
    name, copy, folder = "ft:tiny:local::1", formats._copy_adapter, tmp_path / "adapters"
    job = add_job(kept, name)
    monkeypatch.setattr(formats, "_copy_adapter", lambda *what: kept.delete_model(name) or copy(*what))
    ExportedAdapters(kept, model, "tiny", folder)._agree(name, folder / exported_as(name))
    assert not said(kept, job) and not [*folder.iterdir()]


def test_an_adapter_that_was_half_removed_is_told_where_it_lies(kept, model, tmp_path, monkeypatch):
    name, folder = "ft:tiny:local::1", tmp_path / "adapters"
    job, thread = add_job(kept, name), ExportedAdapters(kept, model, "tiny", folder)
    kept.delete_model(name)
    (folder / exported_as(name)).mkdir()

    def busy(path, ignore_errors=False):
        if not ignore_errors:
            raise PermissionError("busy")

    monkeypatch.setattr("finetune_server.export.exported_adapters.shutil.rmtree", busy)
    thread._agree(name, folder / exported_as(name))
    [left] = folder.iterdir()
    assert f"(busy): delete {left} by hand" in said(kept, job)[0]
