"""`helpers.use`: each backend, its key and its address."""

import os
import socket
import sys
import threading

import pytest
import requests
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

import helpers
from helpers import backends
from helpers.backends import backend, local, openai_account
from helpers.replay.server import everything, serve_in_thread

from ..faulty_server import FaultyServer

KEY = "sk-" + "a" * 40


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(backend, "_own_keys", {})


def test_replay_is_the_default_whatever_keys_are_there(monkeypatch, capsys):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chosen = helpers.use(lesson="01_prepare_data")
    assert chosen.name == "replay" and not chosen.paid
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
    monkeypatch.setattr(openai_account, "OPENAI_URL", FaultyServer().url)


def test_openai_with_a_key_does_not_show_it(monkeypatch, capsys, openai_here):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chosen = helpers.use("openai")
    assert chosen.paid and os.environ["OPENAI_API_KEY"] == KEY
    assert KEY not in capsys.readouterr().out + repr(chosen)


def test_your_own_key_is_found_after_replay_has_put_another_in_its_place(monkeypatch, openai_here):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    helpers.use("replay")
    helpers.use("replay")
    assert os.environ["OPENAI_API_KEY"] == "replay"
    helpers.use("openai")
    assert os.environ["OPENAI_API_KEY"] == KEY


def test_a_key_that_was_set_after_the_import_is_found(monkeypatch, openai_here):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert backend.find_key("OPENAI_API_KEY") == KEY
    assert helpers.use("openai").paid


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


def test_an_unknown_backend_is_named():
    with pytest.raises(helpers.BackendError, match="no backend 'opanai'"):
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


def test_a_classrooms_server_is_free_and_other_servers_may_cost(monkeypatch, capsys):
    served = {
        "http://teacher:8017/": {"base_model": "small"},
        "http://teacher:8017/v1/models": {"data": [{"id": "small"}]},
        "http://other/v1/models": {"data": [{"id": "large"}]},
    }

    def get(url, key):
        if url not in served:
            raise OSError(404)
        return served[url]

    monkeypatch.setattr(backends, "get_json", get)
    assert not helpers.use("http://teacher:8017/v1").paid
    assert "Free" in capsys.readouterr().out
    assert helpers.use("http://other/v1").paid
    assert "may cost money" in capsys.readouterr().out


def test_an_address_on_this_machine_may_lead_to_one_that_costs(monkeypatch):
    assert helpers.use(models("small")).paid
    monkeypatch.setenv("COURSE_PAID", "0")
    assert not helpers.use(models("small")).paid


def answering(response):
    async def answer(request):
        return response

    return serve_in_thread(everything(answer))


def test_what_a_get_may_come_to(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # no proxy is asked for an address of this machine
    assert backend.get_json(answering(JSONResponse({"a": 1})), None) == {"a": 1}
    with pytest.raises(requests.HTTPError) as caught:
        backend.get_json(answering(JSONResponse({}, status_code=503)), None)
    assert caught.value.response is not None and caught.value.response.status_code == 503
    with pytest.raises(requests.ConnectionError):
        backend.get_json("http://127.0.0.1:9/", None)
    with pytest.raises(ValueError):
        backend.get_json(answering(PlainTextResponse("<html>")), None)


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(backend, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(ValueError, match="does not answer as an API does"):
            backend.get_json(address, None)


def test_a_key_goes_to_no_other_host():
    seen = []

    async def note(request):
        seen.append(request.headers.get("authorization"))
        return JSONResponse({})

    other = serve_in_thread(everything(note))

    async def elsewhere(request):
        seen.append(request.headers.get("authorization"))
        return RedirectResponse(other)

    assert backend.get_json(serve_in_thread(everything(elsewhere)), KEY) == {}
    assert seen == [f"Bearer {KEY}", None]


def test_your_openai_key_is_not_sent_to_other_addresses(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
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
        with pytest.raises(helpers.BackendError, match="is taken by something that is not the local server"):
            helpers.use("local")


def test_local_without_torch_says_what_to_install(monkeypatch, tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('not here', name='torch')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    monkeypatch.setattr(local, "LOCAL_PORT", 9)
    monkeypatch.setattr(local, "CACHE", tmp_path)
    with pytest.raises(helpers.BackendError, match=r"(?s)did not start.*uv pip install .*-r requirements-local.txt"):
        helpers.use("local")


def test_local_without_the_server_says_what_to_install(monkeypatch):
    monkeypatch.setattr(local, "find_spec", lambda name: None)
    monkeypatch.setattr(local, "LOCAL_PORT", 9)
    with pytest.raises(helpers.BackendError, match=r"is not installed.*uv pip install .*-r requirements-local.txt"):
        helpers.use("local")


@pytest.mark.parametrize("earlier", [True, False])
def test_a_store_of_the_earlier_course_is_used_if_there_is_one(monkeypatch, tmp_path, earlier):
    started = []

    def start_server(*options, port, log):
        started.append((options, port, log))
        return None, {"base_model": "small", "device": "cpu"}

    store = tmp_path / "store"
    if earlier:
        store.mkdir()
    monkeypatch.setattr(local, "EARLIER_STORE", store)
    monkeypatch.setattr(local, "about_server", lambda port: None)
    monkeypatch.setattr(local, "start_server", start_server)
    assert helpers.use("local", base_model="small").base_model == "small"
    [(options, port, log)] = started
    assert options == ("--model", "small", *(("--store", str(store)) if earlier else ()))
    assert port == local.LOCAL_PORT and log == local.CACHE / "server.log"
