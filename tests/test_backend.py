import os
import socket
import sys
import threading

import pytest
from starlette.responses import JSONResponse, RedirectResponse

import helpers
from helpers import backend
from helpers.places import account, base, local
from helpers.replay import record
from helpers.replay.places import Place
from helpers.replay.server import everything, serve_in_thread

from .faulty_server import FaultyServer

KEY = "sk-" + "a" * 40


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(base, "_own_keys", {"OPENAI_API_KEY": None, "COURSE_API_KEY": None})


def test_replay_is_the_default_whatever_keys_are_there(monkeypatch, capsys):
    monkeypatch.setitem(base._own_keys, "OPENAI_API_KEY", KEY)
    place = helpers.use(lesson="01_prepare_data")
    assert place.name == "replay" and not place.paid
    assert os.environ["OPENAI_BASE_URL"].startswith("http://127.0.0.1:") and os.environ["OPENAI_API_KEY"] == "replay"
    assert "no key" in capsys.readouterr().out


def test_without_a_lesson_all_tapes_are_played():
    import openai

    helpers.use()
    client = openai.OpenAI()
    assert client.files.list().data and client.fine_tuning.jobs.list(limit=100).data


def test_openai_without_a_key_says_where_to_put_it():
    with pytest.raises(helpers.BackendError, match="environment variable OPENAI_API_KEY"):
        helpers.use("openai")


@pytest.fixture
def openai_here(monkeypatch):
    monkeypatch.setattr(account, "OPENAI_URL", FaultyServer().url)


def test_openai_with_a_key_does_not_show_it(monkeypatch, capsys, openai_here):
    monkeypatch.setitem(base._own_keys, "OPENAI_API_KEY", KEY)
    place = helpers.use("openai")
    assert place.paid and os.environ["OPENAI_API_KEY"] == KEY
    assert KEY not in capsys.readouterr().out + repr(place)


def test_colabs_secret_is_found(monkeypatch, openai_here):
    class Userdata:
        SecretNotFoundError = NotebookAccessError = KeyError
        get = staticmethod({"OPENAI_API_KEY": KEY}.__getitem__)

    colab = type(sys)("google.colab")
    colab.userdata = Userdata
    monkeypatch.setitem(sys.modules, "google", type(sys)("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    helpers.use("openai")
    assert os.environ["OPENAI_API_KEY"] == KEY


def test_an_unknown_place_is_named():
    with pytest.raises(helpers.BackendError, match="no place 'opanai'"):
        helpers.use("opanai")


def test_an_unknown_lesson_is_named():
    with pytest.raises(helpers.BackendError, match="no recording 99_nothing"):
        helpers.use("replay", lesson="99_nothing")


def test_an_address_where_nothing_answers():
    with pytest.raises(helpers.BackendError, match="No API answers at http://127.0.0.1:9"):
        helpers.use("http://127.0.0.1:9/v1")


def models(*names):
    async def answer(request):
        return JSONResponse({"object": "list", "data": [{"id": name} for name in names]})

    return serve_in_thread(everything(answer))


def test_an_address_with_one_base_model_needs_no_name():
    assert helpers.use(models("small", "ft:small:me:x:1")).base_model == "small"


def test_an_address_with_several_models_asks_which():
    url = models("small", "large")
    with pytest.raises(helpers.BackendError, match="Say which model.*small, large"):
        helpers.use(url)
    assert helpers.use(url, base_model="large").base_model == "large"


def test_a_classrooms_local_api_is_free_and_other_servers_may_cost(monkeypatch, capsys):
    served = {
        "http://teacher:8017/": {"base_model": "small"},
        "http://teacher:8017/v1/models": {"data": [{"id": "small"}]},
        "http://other/v1/models": {"data": [{"id": "large"}]},
    }

    def get(url, key):
        if url not in served:
            raise OSError(404)
        return served[url]

    monkeypatch.setattr(backend, "get_json", get)
    assert not helpers.use("http://teacher:8017/v1").paid
    assert "Free" in capsys.readouterr().out
    assert helpers.use("http://other/v1").paid
    assert "may cost money" in capsys.readouterr().out


def test_a_recording_of_a_place_that_costs_keeps_the_budget(monkeypatch):
    seen = {}
    monkeypatch.setattr(record, "run_notebook", lambda lesson, environment: seen.update(environment))
    monkeypatch.setattr(record, "write_tape", lambda *_: None)
    record.record("03_train", Place("openai", "https://api.openai.com/v1", "small", KEY))
    for name, value in seen.items():
        monkeypatch.setenv(name, value)
    assert helpers.use("replay").paid
    record.record("03_train", Place("local", "http://127.0.0.1:8017/v1", "small", "local"))
    for name, value in seen.items():
        monkeypatch.setenv(name, value)
    assert not helpers.use("replay").paid


def test_an_address_on_this_machine_may_lead_to_one_that_costs(monkeypatch):
    assert helpers.use(models("small")).paid
    monkeypatch.setenv("COURSE_PAID", "0")
    assert not helpers.use(models("small")).paid


def test_a_key_goes_to_no_other_host():
    seen = []

    async def note(request):
        seen.append(request.headers.get("authorization"))
        return JSONResponse({})

    other = serve_in_thread(everything(note))

    async def elsewhere(request):
        seen.append(request.headers.get("authorization"))
        return RedirectResponse(other)

    assert base.get_json(serve_in_thread(everything(elsewhere)), KEY) == {}
    assert seen == [f"Bearer {KEY}", None]


def test_your_openai_key_is_not_sent_to_other_addresses(monkeypatch):
    monkeypatch.setitem(base._own_keys, "OPENAI_API_KEY", KEY)
    helpers.use(models("small"))
    assert os.environ["OPENAI_API_KEY"] != KEY


def test_a_port_taken_by_something_else(monkeypatch):
    port = int(models("x").split(":")[2].split("/")[0])
    monkeypatch.setattr(local, "LOCAL_PORT", port)
    with pytest.raises(helpers.BackendError, match=f"Port {port} is taken"):
        helpers.use("local")


@pytest.mark.parametrize("says", [b"SSH-2.0-OpenSSH\r\n", b""], ids=["another protocol", "hangs up"])
def test_a_port_taken_by_what_speaks_no_http(monkeypatch, says):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(local, "LOCAL_PORT", server.getsockname()[1])

        def answer():
            line, _ = server.accept()
            with line:
                line.sendall(says)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(helpers.BackendError, match="is taken by something that is not the local API"):
            helpers.use("local")


def test_local_without_torch_says_what_to_install(monkeypatch, tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('not here', name='torch')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    monkeypatch.setattr(local, "LOCAL_PORT", 9)
    with pytest.raises(helpers.BackendError, match="uv pip install .*-r requirements-local.txt"):
        helpers.use("local")
