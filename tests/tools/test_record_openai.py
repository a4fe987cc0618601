"""The one command that records at OpenAI, rehearsed against the faulty server: it has to work the first time."""

import contextlib
import json
import os
import sys
import threading
import zipfile
from pathlib import Path

import openai
import pytest
from nbclient.exceptions import CellExecutionError
from starlette.testclient import TestClient

from helpers import compare, jobs
from helpers.backends import openai_account
from helpers.backends.backend import Backend, Connection
from helpers.replay.server import everything, stub
from helpers.replay.tape import Request, Response, read_tape, write_tape
from helpers.training_data import write_jsonl
from tools import hand_in, openai_recorder, record, record_openai, recording_cost
from tools.journal import Journal
from tools.openai_recorder import OpenAIRecorder
from tools.own_things import OwnThings
from tools.proxy import Recorder
from tools.spending import Budget, NotEstimated, usd_at_most

from ..course_openai import ORGANIZATION, PRIVATE, PROJECT, SLUG, CourseOpenAI
from ..faulty_server import BROKEN, CLOSED, DROP, LOSE, MINI, NO_CREDIT, SLOW_DOWN, WRONG_KEY, Refusal

KEY = "sk-proj-" + "aB3_" * 12
QUESTIONS = 12
SECRETS = (KEY, ORGANIZATION, PROJECT, SLUG, PRIVATE, "127.0.0.1")
FAULTS = {"500": BROKEN, "429": SLOW_DOWN, "dropped": DROP, "lost": LOSE}
STEPS = (
    "POST /files",
    "GET /files",
    "DELETE /files",
    "POST /fine_tuning/jobs",
    "GET /fine_tuning/jobs",
    "GET /fine_tuning/jobs/ftjob",
    "GET /files/file-1/content",
    "POST /chat/completions",
)


def upload(client, model, folder):
    jobs.upload_once(client, folder / "train.jsonl")
    scrap = client.files.create(file=("scrap.jsonl", b"{}\n"), purpose="fine-tune")
    client.files.delete(scrap.id)
    client.files.create(file=("too_few.jsonl", b"{}\n"), purpose="fine-tune")
    assert sorted(file.filename for file in client.files.list()) == ["too_few.jsonl", "train.jsonl"]


def train(client, model, folder):
    ids = {file.filename: file.id for file in client.files.list()}
    with contextlib.suppress(openai.APIStatusError):  # lesson 3 shows a refusal, and goes on
        client.fine_tuning.jobs.create(model=model, training_file=ids["too_few.jsonl"])
    metadata = jobs.COURSE | {"fingerprint": "1"}
    once = client.with_options(max_retries=0).fine_tuning.jobs
    request = {"model": model, "training_file": ids["train.jsonl"], "metadata": metadata}
    job = jobs.find(client, metadata) or once.create(**request, hyperparameters={"n_epochs": 2})
    while job.status not in ("succeeded", "failed"):
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.id in [one.id for one in client.fine_tuning.jobs.list(limit=100)]


def ask(client, model, folder):
    tuned = next(job.fine_tuned_model for job in client.fine_tuning.jobs.list() if job.fine_tuned_model)
    prompts = [[{"role": "user", "content": f"Question {n}"}] for n in range(QUESTIONS)]
    assert all(len(compare.ask_all(client, name, prompts, at_once=4)) == QUESTIONS for name in (model, tuned))


LESSONS = {"02_upload": upload, "03_train": train, "05_compare": ask}


@pytest.fixture(scope="module")
def local_tapes(tmp_path_factory):
    """The tapes of the lessons that the estimate reads, and the data beside them; made once, as they are the same."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "data").mkdir()
    (folder / "tapes").mkdir()
    pair = [{"role": "user", "content": "word " * 1_000}, {"role": "assistant", "content": "word"}]
    write_jsonl(folder / "data" / "train.jsonl", [{"messages": pair}] * 10)
    server, own = CourseOpenAI(life=("queued", "succeeded")), OwnThings(MINI)
    connection = Connection(Backend("local", server.url, MINI, 1.0, False), "none", "")
    budget = Budget(9, folder / "spent.json")
    for lesson, run in LESSONS.items():
        recorder = OpenAIRecorder(connection, {}, budget, Journal(folder / f"{lesson}.jsonl"), own)
        run(client(everything(recorder.answer)), MINI, folder / "data")
        write_tape(folder / "tapes" / f"{lesson}.jsonl", {"base_model": MINI}, recorder.exchanges)
    return folder


def client(app):
    """A client of an application in this process: no server is left over, as there would be hundreds."""
    return openai.OpenAI(base_url="http://lesson/v1", api_key="none", max_retries=1, http_client=TestClient(app))


@pytest.fixture(autouse=True)
def rehearsal(monkeypatch, tmp_path, a_day, local_tapes):
    """A course of three lessons that run in this process, their local tapes, a reader with a key and a budget."""
    for name in ("OPENAI_BASE_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", ORGANIZATION)
    monkeypatch.setenv("OPENAI_PROJECT_ID", PROJECT)
    monkeypatch.setattr(openai_recorder, "PAUSE_SECONDS", (0.01, 0.1, 0.5, 1.0, 2.0))
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr(record_openai, "STATE", tmp_path / "state")
    monkeypatch.setattr(record_openai, "RECORDED", list(LESSONS))
    monkeypatch.setattr(recording_cost, "ROOT", local_tapes)
    monkeypatch.setattr(recording_cost, "TAPES", local_tapes / "tapes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["record_openai"])
    apps = {}
    monkeypatch.setattr(record, "serve_in_thread", lambda app: apps.setdefault("recorder", app) and "recorder")

    def run_notebook(lesson, environment):
        if environment["COURSE_PLACE"] == "replay":
            app = stub(read_tape(Path(environment["COURSE_TAPES"]) / f"{lesson}.jsonl").exchanges)
        else:
            app = apps.pop(environment["COURSE_PLACE"])
        try:
            LESSONS[lesson](client(app), MINI, local_tapes / "data")
        except (openai.APIError, AssertionError, StopIteration) as error:
            raise CellExecutionError("a cell", type(error).__name__, str(error)) from error

    monkeypatch.setattr(record, "run_notebook", run_notebook)
    monkeypatch.setattr(hand_in, "run_notebook", run_notebook)


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Runs the command against a server with a typed budget: the sentence it leaves with, and what it showed."""

    def run(server, typed="1"):
        monkeypatch.setattr(openai_account, "OPENAI_URL", server.url)
        monkeypatch.setattr("builtins.input", lambda question: print(question) or typed)
        try:
            record_openai.main()
            says = ""
        except SystemExit as left:
            says = str(left)
        shown = capsys.readouterr().out
        assert KEY not in says + shown
        return says, shown

    return run


def archive(tmp_path) -> zipfile.ZipFile:
    [path] = tmp_path.glob("recorded-at-openai-*.zip")
    return zipfile.ZipFile(path)


def is_complete(server, tmp_path):
    """Everything is packed, nothing was made or paid twice, and nothing tells whose account it was."""
    made = [job for job in server.jobs.values() if job["id"] != "ftjob-0"]
    assert len([job for job in made if job["metadata"]]) == 1
    assert server.answers_billed == 2 * QUESTIONS
    with archive(tmp_path) as packed:
        assert packed.namelist() == ["SEND_IN.txt", *(f"recordings/{name}.jsonl" for name in LESSONS)]
        for name in packed.namelist():
            text = packed.read(name).decode()
            assert not [secret for secret in SECRETS if secret in text], name
            rows = [json.loads(line) for line in text.splitlines()[1:]] if name.endswith(".jsonl") else []
            assert {row["response"]["status"] for row in rows} <= {200}, name  # no fault is taped


def test_on_a_good_day(command, tmp_path):
    server = CourseOpenAI()
    says, shown = command(server)
    assert says == "" and "Done. Send in" in shown
    assert "03_train: 1 trainings, 0 answers, 0.10 USD" in shown and "05_compare: 0 trainings, 24 answers" in shown
    is_complete(server, tmp_path)
    about = read_tape(tmp_path / "state" / MINI / "recordings" / "03_train.jsonl").provenance
    assert (about["against"], about["base_model"]) == ("openai", MINI) and "processor" not in about


@pytest.mark.parametrize("typed", ["0.10", "", "no", "nan", "inf", "-1"])
def test_below_the_estimate_and_without_a_budget_nothing_is_run(command, tmp_path, typed):
    server = CourseOpenAI()
    says, shown = command(server, typed)
    assert "othing was run" in says and "together: 0.11 USD" in shown
    assert {line.split()[0] for line in server.asked} == {"GET"} and not list(tmp_path.glob("*.zip"))


def test_what_the_lessons_ask_beyond_the_estimate_is_held_by_the_budget_too(command, tmp_path, monkeypatch):
    server = CourseOpenAI()
    monkeypatch.setattr(record_openai, "estimate", lambda *_: [])
    says, _ = command(server, "0.102")
    assert "above your budget of 0.10 USD. It was not sent" in says
    assert 0 < server.answers_billed < 2 * QUESTIONS and not list(tmp_path.glob("*.zip"))
    command(server, "0.2")
    is_complete(server, tmp_path)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_is_outlasted_and_not_taped(command, tmp_path, step, fault):
    server = CourseOpenAI()
    server.fail(step, FAULTS[fault])
    assert command(server)[0] == "" and not server.faults
    lost_answer = (step, fault) == ("POST /chat/completions", "lost")  # OpenAI answered and billed; nobody can know
    server.answers_billed -= lost_answer
    is_complete(server, tmp_path)


def test_a_lost_training_is_found_and_not_made_again(command, tmp_path):
    server = CourseOpenAI()
    server.fail("POST /fine_tuning/jobs", None, LOSE)  # the trial job is the first
    says, shown = command(server)
    assert says == "" and "It runs again, and finds what was made" in shown
    is_complete(server, tmp_path)


@pytest.mark.parametrize(
    "step, refusal, words",
    [
        ("POST /fine_tuning/jobs", CLOSED, "OpenAI no longer lets this account train"),
        ("POST /fine_tuning/jobs", NO_CREDIT, "no credit left"),
        ("POST /chat/completions", NO_CREDIT, "no credit left"),
        ("POST /files", WRONG_KEY, "The key was not accepted"),
        ("POST /files", Refusal(403, None, "Missing scopes: api.files.write"), "Missing scopes: api.files.write"),
        ("GET /models", WRONG_KEY, "The key was not accepted"),
        ("POST /chat/completions", BROKEN, "status 500 again and again"),
        ("POST /fine_tuning/jobs", DROP, "No answer came from OpenAI"),
    ],
)
def test_what_does_not_pass_ends_in_a_sentence_and_can_be_gone_on_with(command, tmp_path, step, refusal, words):
    server = CourseOpenAI()
    server.permission = lambda line: refusal if line == step else None
    says, _ = command(server)
    assert words in says and not list(tmp_path.glob("*.zip"))
    server.permission = lambda line: None
    assert command(server, "0.11")[0] == ""  # what was refused is not counted as spent
    is_complete(server, tmp_path)


def test_an_account_that_may_not_train_pays_nothing(command):
    server = CourseOpenAI()
    server.permission = lambda line: CLOSED if line == "POST /fine_tuning/jobs" else None
    says, _ = command(server)
    assert "no longer lets this account train" in says and not server.answers_billed and len(server.jobs) == 1


class Killed(OSError):
    pass


@pytest.mark.parametrize("kept", (0, 1, 4, 7, 9, 12, 15, 30))
@pytest.mark.parametrize("half_a_line", [False, True])
def test_killed_anywhere_it_goes_on_and_pays_nothing_twice(command, tmp_path, monkeypatch, kept, half_a_line):
    server, whole, written = CourseOpenAI(), Journal.add, []
    all_at_once = threading.Lock()  # who is killed writes nothing more, in no thread

    def add(journal, exchange):
        with all_at_once:
            if len(written) >= kept:
                if half_a_line and not os.path.exists(tmp_path / "half"):
                    (tmp_path / "half").touch()
                    with open(journal._path, "a") as file:
                        file.write('{"request": {"meth')
                raise Killed("killed")
            written.append(exchange)
            whole(journal, exchange)

    monkeypatch.setattr(Journal, "add", add)
    says, _ = command(server)
    monkeypatch.setattr(Journal, "add", whole)
    unkept = server.answers_billed - sum(x.request.path == "/chat/completions" for x in written)
    assert unkept <= 4  # those that were on their way
    if kept < 42 and says:
        assert "killed" in says and command(server)[0] == ""
    server.answers_billed -= unkept
    is_complete(server, tmp_path)


def test_a_job_that_fails_is_said_with_the_way_to_begin_anew(command, tmp_path):
    server = CourseOpenAI(life=("queued", "failed"), error={"code": "bad", "message": "Bad file.", "param": None})
    says, _ = command(server)
    assert "05_compare: a cell failed with StopIteration" in says and f"delete {tmp_path / 'state'}" in says


def test_planted_secrets_reach_neither_tape_nor_output(command, tmp_path, monkeypatch):
    """In a body, an error's text, a header, an id and a file's content that the API sends back."""
    server, answer = CourseOpenAI(), CourseOpenAI.answer
    told = f"key {KEY}, organization {ORGANIZATION}, project {PROJECT}"

    def telling(self, line, body, kind):
        said = answer(self, line, body, kind)
        if isinstance(said, dict):
            said = said | {"system_fingerprint": told, "x": {KEY: [told]}}
        return said

    monkeypatch.setattr(CourseOpenAI, "answer", telling)
    assert command(server)[0] == ""
    is_complete(server, tmp_path)


def test_a_tape_that_tells_something_is_not_packed(command, tmp_path, monkeypatch):
    monkeypatch.setattr("tools.proxy.redact", lambda exchange, secrets: exchange)
    says, _ = command(CourseOpenAI())
    assert "holds a key or an account" in says and "No archive was made" in says and not list(tmp_path.glob("*.zip"))


def test_a_tape_that_does_not_replay_is_not_packed(command, tmp_path, monkeypatch):
    monkeypatch.setitem(LESSONS, "05_compare", lambda *_: None)
    command(CourseOpenAI())
    [path] = tmp_path.glob("*.zip")
    path.unlink()
    monkeypatch.setitem(LESSONS, "05_compare", ask)
    says, _ = command(CourseOpenAI())
    assert "05_compare: its tape does not replay" in says and not list(tmp_path.glob("*.zip"))


def test_the_account_chosen_by_the_environment_is_asked_and_not_taped():
    connection = Connection(Backend("openai", "http://x", MINI, 1.0, True), KEY, "")
    assert Recorder(connection, {"OpenAI-Organization": ORGANIZATION}).secrets == (KEY, ORGANIZATION)


def test_only_the_recordings_own_things_are_listed_page_by_page():
    pages = [
        {"object": "list", "data": [{"id": "theirs-2"}, {"id": "ours-2"}], "has_more": True, "first_id": "theirs-2"},
        {"object": "list", "data": [{"id": "ours-1"}, {"id": "theirs-1"}], "has_more": False, "first_id": "ours-1"},
    ]
    asked = []

    def look(request):
        asked.append(request.query)
        return Response(200, {}, {"json": pages[len(asked) - 1]})

    own = OwnThings(MINI)
    own.ids |= {"ours-1", "ours-2"}
    request = Request("GET", "/fine_tuning/jobs", [["limit", "1"]], None)
    assert own.page(request, look).body["json"] == {
        "object": "list",
        "data": [{"id": "ours-2"}],
        "has_more": True,
        "first_id": "ours-2",
    }
    assert asked == [[["limit", "100"]], [["limit", "100"], ["after", "ours-2"]]]


def test_a_request_whose_price_is_not_known_is_not_sent():
    with pytest.raises(NotEstimated, match="POST /embeddings"):
        usd_at_most(Request("POST", "/embeddings", [], {}), lambda id: b"")


def test_what_a_request_costs_at_most():
    body = {"model": MINI, "messages": [{"role": "user", "content": "word " * 1_000}]}
    usd = lambda **more: usd_at_most(Request("POST", "/chat/completions", [], body | more), lambda id: b"")
    assert usd(max_tokens=10) == pytest.approx(0.4 * 1_005 / 1e6 + 1.6 * 10 / 1e6, rel=0.01)
    assert usd() > 0.05  # no limit: the longest answer that there is
    assert usd(max_tokens=10, n=3) > usd(max_tokens=10)
    assert usd(max_tokens=10, model=f"ft:{MINI}:acme::1") > 1.9 * usd(max_tokens=10)
    assert usd(max_tokens=10, tools=json.loads('[{"type": "function"}]')) > usd(max_tokens=10)
