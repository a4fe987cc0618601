"""What is shipped is lesson 3's adapter in half the bytes, with a card that a run of it filled."""

import contextlib
import json

import pytest

from helpers.backends.backend import Backend, Connection
from helpers.replay.tape import changed_data, file_sha256
from helpers.t1000 import desk_files

from .. import needs

needs.training()

from tools import ship_adapter

from ..local_server import finished, lines, supervised, upload


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "train.jsonl").write_bytes(lines(12))
    (folder / "validation.jsonl").write_bytes(lines(2))
    return folder


@pytest.fixture(scope="module")
def job(api, data):
    """A job as lesson 3 makes it."""
    files = {
        "training_file": upload(api, (data / "train.jsonl").read_bytes()),
        "validation_file": upload(api, (data / "validation.jsonl").read_bytes()),
    }
    method = supervised(n_epochs=1, batch_size=4, learning_rate_multiplier=20)
    metadata = {"course": "T-1000"}
    return finished(api, api.fine_tuning.jobs.create(model="tiny", method=method, seed=1, metadata=metadata, **files))


@pytest.fixture
def recorder(api, job, data, monkeypatch):
    """The connection to the recorder's server, which holds the job."""
    monkeypatch.setattr(ship_adapter, "ROOT", data)
    return Connection(Backend("local", str(api.base_url).rstrip("/"), "tiny", 0.1, paid=False), "none", "")


def test_it_ships_what_was_trained_and_measures_what_it_ships(recorder, job, data, model, tmp_path, monkeypatch):
    folder = tmp_path / "adapter"
    tickets = [rows[:3] for rows in desk_files.load_tickets("test")]
    monkeypatch.setattr(ship_adapter, "ADAPTER", folder)
    monkeypatch.setattr(ship_adapter, "DATA", data)
    monkeypatch.setattr(ship_adapter, "live_backend", lambda fresh: contextlib.nullcontext(recorder))
    monkeypatch.setattr(ship_adapter.desk_files, "load_tickets", lambda part: tickets)
    monkeypatch.setenv("COURSE_BASE_MODEL", str(model))
    about = ship_adapter.ship()
    assert {path.name for path in folder.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "README.md",
        "provenance.json",
    }
    assert about == json.loads((folder / "provenance.json").read_text())
    assert about["measured"]["of"] == 3 and about["job"]["id"] == job.id
    assert about["weights"]["sha256"] == file_sha256(folder / "adapter_model.safetensors")
    assert about["weights"]["count"] * 2 <= about["weights"]["bytes"] < about["weights"]["count"] * 3
    config = (folder / "adapter_config.json").read_text()
    assert json.loads(config)["base_model_name_or_path"] == "tiny" and str(model) not in config
    page = (folder / "README.md").read_text()
    for digest in (*about["data"].values(), about["weights"]["sha256"], about["server"]["weights_sha256"]):
        assert digest in page
    assert f"**{about['measured']['right']} of 3**" in page and "learning_rate_multiplier 20" in page


def test_an_adapter_of_other_data_is_not_shipped(recorder, job, data, tmp_path, monkeypatch):
    changed = tmp_path / "data"
    changed.mkdir()
    (changed / "train.jsonl").write_bytes(lines(12) + b"\n")
    monkeypatch.setattr(ship_adapter, "DATA", changed)
    with pytest.raises(ship_adapter.NotShipped, match="another file than train.jsonl"):
        ship_adapter.export(recorder, tmp_path / "adapter")
    assert not (tmp_path / "adapter").exists()


@pytest.mark.skipif(not ship_adapter.ADAPTER.is_dir(), reason="no model is shipped yet")
def test_the_shipped_model_is_the_one_of_its_card_and_of_todays_data():
    about = json.loads((ship_adapter.ADAPTER / "provenance.json").read_text())
    assert about["weights"]["sha256"] == file_sha256(ship_adapter.ADAPTER / "adapter_model.safetensors")
    assert changed_data(about) == []
