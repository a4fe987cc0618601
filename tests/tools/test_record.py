"""The recorder: what goes through its proxy, what it tells the notebooks, and what it says where a cell fails."""

import contextlib
from http.server import BaseHTTPRequestHandler

import nbformat
import openai
import pytest
from nbclient.exceptions import CellExecutionError
from starlette.responses import JSONResponse

import helpers
from helpers.backends.backend import Backend, Connection
from helpers.replay.server import everything, serve_in_thread, stub
from helpers.replay.tape import Exchange, Request, Response, write_tape
from tools import live_server, provenance, record
from tools.proxy import Recorder

from ..faulty_server import serve

JSON = {"content-type": "application/json"}
JOB = {
    "id": "ftjob-1",
    "object": "fine_tuning.job",
    "created_at": 1,
    "model": "m",
    "organization_id": "org-local",
    "training_file": "file-1",
    "result_files": [],
    "seed": 1,
    "error": {},
    "hyperparameters": {"n_epochs": 1},
}


def exchange(method, path, body, answer):
    return Exchange(Request(method, path, [], body), Response(200, JSON, {"json": answer}), 0.0)


def connection(name="openai", url="https://api.openai.com/v1", key="secret-key-of-mine"):
    return Connection(Backend(name, url, "small", 5.0, paid=name != "local"), key, "")


def client(exchanges):
    return openai.OpenAI(base_url=serve_in_thread(stub(exchanges)), api_key="none", max_retries=0)


def test_what_was_recorded_replays_the_same():
    """Recorder in front of a server, replay server behind its tape: a client sees no difference."""
    job = lambda status: exchange("GET", "/fine_tuning/jobs/ftjob-1", None, JOB | {"status": status})
    recorder = Recorder(connection(url=serve_in_thread(stub([job("running"), job("succeeded")]))))
    proxied = openai.OpenAI(base_url=serve_in_thread(everything(recorder.answer)), api_key="x", max_retries=0)
    seen = [proxied.fine_tuning.jobs.retrieve("ftjob-1").status for _ in range(2)]
    assert seen == ["running", "succeeded"]
    with pytest.raises(openai.NotFoundError):
        proxied.files.retrieve("file-9")
    replayed = client(recorder.exchanges)
    assert [replayed.fine_tuning.jobs.retrieve("ftjob-1").status for _ in range(2)] == seen
    with pytest.raises(openai.NotFoundError, match="file-9"):
        replayed.files.retrieve("file-9")
    assert "secret-key-of-mine" not in repr(recorder.exchanges) + repr(recorder.connection)


class _AnswersOnce(BaseHTTPRequestHandler):
    """Hangs up at a connection's second request, as a server may."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = getattr(self, "answered", False)
        if not self.close_connection:
            self.answered = True
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

    def log_message(self, format, *args):
        pass


def test_a_server_that_hangs_up_on_an_idle_connection_loses_no_request():
    recorder = Recorder(connection(url=serve(_AnswersOnce)))
    for _ in range(2):
        assert recorder.send(Request("GET", "/models", [], None), {}, b"").status == 200


def test_a_key_that_a_backend_echoes_is_not_taped():
    key = "secret-key-of-mine"
    url = serve_in_thread(everything(lambda http: JSONResponse({"echo": http.headers["authorization"]})))
    recorder = Recorder(connection(url=url, key=key))
    proxied = openai.OpenAI(base_url=serve_in_thread(everything(recorder.answer)), api_key="x", max_retries=0)
    assert key in str(proxied.get("/me", cast_to=object))
    assert recorder.exchanges[0].response.body == {"json": {"echo": "Bearer recorded"}}


def test_a_backend_is_asked_by_its_own_names_and_the_tape_replays_with_others():
    own, asked = "ft:gpt-4.1-mini-2025-04-14:acme:t1000:XyZ", []

    def backend(http):
        asked.append(http.url.path)
        return JSONResponse(
            JOB | {"fine_tuned_model": own} if "jobs" in http.url.path else {"id": own, "object": "model"}
        )

    def lesson(api):
        return api.models.retrieve(api.fine_tuning.jobs.retrieve("ftjob-1").fine_tuned_model).id

    recorder = Recorder(connection(url=serve_in_thread(everything(backend))))
    proxied = openai.OpenAI(base_url=serve_in_thread(everything(recorder.answer)), api_key="x", max_retries=0)
    assert lesson(proxied) == own and asked[-1].endswith(own)
    assert "acme" not in repr(recorder.exchanges)
    assert lesson(client(recorder.exchanges)) == own.replace("acme", "recorded")


def test_a_lesson_is_recorded_as_if_it_cost_nothing(monkeypatch):
    """So that it asks what a replay asks: what costs is held by the recorder's own budget."""
    seen = {}
    monkeypatch.setattr(record, "run_notebook", lambda lesson, environment: seen.update(environment))
    record.run_through(Recorder(connection("openai")), "03_train")
    for variable in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "")
    for variable, value in seen.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr("helpers.backends.backend._own_keys", {})  # `use` keeps there whose key was set first
    chosen = helpers.use("replay")
    assert (chosen.base_model, chosen.paid, chosen.budget_usd) == ("small", False, None)


@pytest.fixture
def two_lessons(monkeypatch, tmp_path):
    """A course of two lessons whose second fails with the backend named in the list, and a server that is not asked."""
    fails_with = []
    for name in ("one", "two"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")

    def run_notebook(lesson, environment):
        backend = "replay" if environment["COURSE_PLACE"] == "replay" else "live"
        if lesson == "two" and backend in fails_with:
            raise CellExecutionError("here it stopped", "NameError", "name 'x' is not defined")
        notebook = nbformat.read(tmp_path / f"{lesson}.ipynb", 4)
        notebook.metadata.ran = backend
        return notebook

    monkeypatch.setattr(record, "run_notebook", run_notebook)
    monkeypatch.setattr(record, "TAPES", tmp_path / "tapes")
    monkeypatch.setattr(record, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(record, "describe", lambda *_: {"new": True})
    monkeypatch.setattr(record, "live_backend", lambda fresh: contextlib.nullcontext(connection("local")))
    return fails_with


@pytest.mark.parametrize(
    "backend, says, tapes",
    [
        ("live", "two: a cell failed while it was recorded. Its tape was left as it was.", ["one.jsonl"]),
        ("replay", "two: a cell failed while it was replayed. Its new tape is written", ["one.jsonl", "two.jsonl"]),
    ],
)
def test_the_message_says_whether_the_tape_is_new(two_lessons, tmp_path, backend, says, tapes):
    two_lessons.append(backend)
    before = (tmp_path / "two.ipynb").read_bytes()
    with pytest.raises(SystemExit) as left:
        record.record_all(["one", "two"], fresh=False)
    assert str(left.value).startswith(says) and "here it stopped" in str(left.value)
    assert sorted(path.name for path in (tmp_path / "tapes").iterdir()) == tapes
    assert (tmp_path / "two.ipynb").read_bytes() == before


def test_what_is_recorded_replaces_tape_and_notebook(two_lessons, tmp_path):
    record.record_all(["one", "two"], fresh=False)
    assert (tmp_path / "tapes" / "two.jsonl").read_text() == '{"new": true}\n'
    assert nbformat.read(tmp_path / "two.ipynb", 4).metadata.ran == "replay"


def test_a_store_that_cannot_be_emptied_is_not_recorded_against(monkeypatch, tmp_path):
    def locked(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(live_server.shutil, "rmtree", locked)
    monkeypatch.setattr(live_server, "STORE", tmp_path)
    with pytest.raises(SystemExit, match=r"could not be emptied .*Permission denied.* nothing was recorded"):
        record.record_all([], fresh=True)


def test_a_store_is_emptied_if_there_is_one(tmp_path):
    store = tmp_path / "store"
    live_server.empty(store)
    (store / "files").mkdir(parents=True)
    live_server.empty(store)
    assert not store.exists()


def test_a_missing_tape_and_changed_data_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "TAPES", tmp_path)
    assert "there is no tape" in provenance.mismatches("03_train")[0]
    name = "data/prices.csv"
    (tmp_path / "03_train.jsonl").write_text(f'{{"data": {{"{name}": "other", "data/gone.csv": "any"}}}}\n')
    assert provenance.mismatches("03_train") == [
        f"03_train: {name} is not the file that the tape was recorded with.",
        "03_train: data/gone.csv is missing; the tape was recorded with it.",
    ]
    (tmp_path / "03_train.jsonl").write_text("{}\n{not json\n")
    assert "03_train.jsonl, line 2" in provenance.mismatches("03_train")[0]


def test_a_tape_that_tells_an_account_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "TAPES", tmp_path)
    telling = exchange("GET", "/fine_tuning/jobs/ftjob-1", None, JOB | {"organization_id": "org-of-mine"})
    write_tape(tmp_path / "03_train.jsonl", {}, [telling, exchange("GET", "/fine_tuning/jobs/ftjob-1", None, JOB)])
    assert provenance.mismatches("03_train") == ["03_train: GET /fine_tuning/jobs/ftjob-1 holds a key or an account."]
