"""The model that comes with the course is given to the local server, and found if nobody has trained."""

import json

import pytest
from starlette.responses import JSONResponse

import helpers
from helpers import shipped_model
from helpers.backends import local
from helpers.t1000 import lesson3

from .test_jobs import api, job, list_of

NAME = "ft:small:local:shipped:ba7816bf"  # the beginning of the SHA-256 of "abc"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "somebody/small"}))
    (folder / "adapter_model.safetensors").write_bytes(b"abc")
    monkeypatch.setattr(shipped_model, "ADAPTER", folder)
    return folder


def test_the_local_server_takes_it_in_if_it_runs_its_base_model(folder, monkeypatch):
    started = []

    def start_server(*options, port, log):
        started.append(options)
        return None, {"base_model": "small", "device": "cpu"}

    monkeypatch.setattr(local, "about_server", lambda port: None)
    monkeypatch.setattr(local, "start_server", start_server)
    monkeypatch.setattr(local, "EARLIER_STORE", folder / "none")
    for model in (None, "small", "/models/small"):
        local.connect(model)
    assert [options[-2:] for options in started] == [("--adapter", f"shipped={folder}")] * 3
    with pytest.raises(helpers.BackendError):
        local.connect("other/large")
    assert "--adapter" not in started[-1]


def test_without_an_adapter_nothing_is_shipped(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped_model, "ADAPTER", tmp_path / "none")
    assert shipped_model.server_options(None) == [] and shipped_model.name("small") == ""


def served(jobs, models):
    async def answer(request):
        if request.url.path.endswith("/models"):
            return JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in models]})
        return list_of(*jobs)

    return api(answer)


def test_a_model_that_was_trained_here_comes_before_the_shipped_one():
    trained = job("ftjob-1", "succeeded", {"course": "T-1000"}) | {"model": "small", "fine_tuned_model": "ft:small:x"}
    assert lesson3.find_model(served([trained], ["small", NAME]), "small") == "ft:small:x"
    assert lesson3.find_model(served([], ["small", NAME]), "small") == NAME


@pytest.mark.parametrize("model, hint", [("small", True), ("large", False)])
def test_where_there_is_neither_the_ways_are_said(model, hint):
    with pytest.raises(LookupError, match="Run lessons 2 and 3 here first") as caught:
        lesson3.find_model(served([], [model]), model)
    assert ("finetune-server --adapter shipped=data/adapter" in str(caught.value)) is hint
