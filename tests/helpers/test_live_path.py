"""The whole way through OpenAI, from `use` to an answer, on good days and on bad ones."""

import contextlib
import json
from types import SimpleNamespace

import openai
import pytest

import helpers
from helpers import compare, costs, jobs, progress
from helpers.backends import backend, openai_account
from helpers.paths import NOTEBOOKS
from helpers.training_data import write_jsonl

from ..faulty_server import BROKEN, CLOSED, DROP, LOSE, MINI, NO_CREDIT, SLOW_DOWN, WRONG_KEY, FaultyServer, Refusal

KEY = "sk-proj-" + "a" * 40
ASK = [{"role": "user", "content": "How long is the warranty?"}]
STEPS = (
    "GET /models",
    "GET /files",
    "POST /files",
    "POST /fine_tuning/jobs",
    "GET /fine_tuning/jobs",
    "GET /fine_tuning/jobs/",
    "POST /chat/completions",
)


@pytest.fixture(autouse=True)
def a_reader_with_a_key(monkeypatch, a_day):
    for name in ("OPENAI_BASE_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(backend, "_own_keys", {})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", (0.01, 0.01))
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


@pytest.fixture
def walk(monkeypatch, tmp_path):
    """The whole path against a server. What stops it is returned, with the sentence that the reader sees."""
    path = tmp_path / "train.jsonl"
    write_jsonl(path, [{"messages": [*ASK, {"role": "assistant", "content": f"Answer {n}."}]} for n in range(10)])

    def way(server):
        monkeypatch.setattr(openai_account, "OPENAI_URL", server.url)
        end = SimpleNamespace(backend=None, job=None, answer=None, error=None, says="")
        try:
            end.backend = helpers.use("openai")
            client = openai.OpenAI()
            file = jobs.upload_once(client, path)
            end.job = jobs.train_once(
                client, model=end.backend.base_model, training_file=file.id, budget_usd=end.backend.budget_usd
            )
            end.job = progress.follow(client, end.job.id, 0.01)
            if end.job.fine_tuned_model:
                end.answer = compare.ask(client, end.job.fine_tuned_model, ASK)["answer"]
        except (helpers.BackendError, openai.APIError) as error:
            end.error = error
            end.says = " ".join([*getattr(error, "__notes__", []), str(error)])
        assert KEY not in end.says
        return end

    return way


@pytest.fixture(autouse=True)
def no_key_is_printed(capsys):
    yield
    assert KEY not in "".join(capsys.readouterr())


def test_on_a_good_day(walk, capsys):
    server = FaultyServer()
    end = walk(server)
    assert (end.job.status, end.answer) == ("succeeded", "Two years.")
    assert (len(server.files), len(server.jobs), server.answers_billed) == (1, 1, 1)
    shown = capsys.readouterr().out
    assert "budget of a training is 3.00 USD" in shown and "Budget: 3.00 USD" in shown
    assert "queued" in shown and "waiting for 0 min" in shown and KEY not in shown


def test_a_second_walk_makes_and_bills_nothing_but_its_answer(walk):
    server = FaultyServer()
    walk(server)
    assert walk(server).answer == "Two years."
    assert (len(server.files), len(server.jobs), server.answers_billed) == (1, 1, 2)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("faults", [(BROKEN,), (SLOW_DOWN,), (DROP,), (LOSE,)], ids=["500", "429", "dropped", "lost"])
def test_a_passing_fault_anywhere_is_survived_and_makes_nothing_twice(walk, step, faults):
    server = FaultyServer()
    server.fail(step, *faults)
    end = walk(server)
    assert end.answer == "Two years.", end.says
    assert (len(server.files), len(server.jobs)) == (1, 1) and not server.faults


@pytest.mark.parametrize("step", STEPS[1:])
def test_500_twice_then_fine(walk, step):
    server = FaultyServer()
    server.fail(step, BROKEN, BROKEN)
    assert walk(server).answer == "Two years."
    assert (len(server.files), len(server.jobs), server.answers_billed) == (1, 1, 1)


def test_the_pause_that_the_server_asks_for_is_kept(walk, monkeypatch):
    server, slept = FaultyServer(), []
    server.fail("POST /fine_tuning/jobs", Refusal(429, "rate_limit_exceeded", "Slow down.", {"retry-after": "7"}))
    monkeypatch.setattr(jobs, "time", SimpleNamespace(sleep=slept.append))
    assert walk(server).answer == "Two years." and slept == [7.0]


@pytest.mark.parametrize(
    "step, refusal, words",
    [
        ("GET /models", WRONG_KEY, "The key was not accepted. Check OPENAI_API_KEY"),
        ("POST /files", WRONG_KEY, "The key was not accepted. Check OPENAI_API_KEY"),
        ("POST /fine_tuning/jobs", CLOSED, "OpenAI no longer lets this account train"),
        ("POST /fine_tuning/jobs", NO_CREDIT, "The account has no credit left"),
        ("POST /chat/completions", NO_CREDIT, "The account has no credit left"),
        ("POST /fine_tuning/jobs", BROKEN, "The API has a fault of its own"),
        ("POST /fine_tuning/jobs", SLOW_DOWN, "Too many requests for this account"),
        ("GET /models", DROP, "No answer came from 127.0.0.1. Check the network."),
        ("POST /files", DROP, "No answer came from 127.0.0.1. Check the network."),
        ("POST /fine_tuning/jobs", LOSE, None),
    ],
)
def test_what_does_not_pass_ends_in_a_sentence_with_a_way_on(walk, step, refusal, words):
    server = FaultyServer()
    server.permission = lambda line: refusal if line == step else None
    end = walk(server)
    if words is None:  # the job is made though no answer ever comes
        assert end.answer == "Two years."
    else:
        assert words in end.says and ("run the cell again" in end.says or 'helpers.use("' in end.says)
    made = len(server.jobs)
    server.permission = lambda line: None
    assert walk(server).answer == "Two years." and (len(server.files), len(server.jobs)) == (1, 1) and made <= 1


def test_the_closed_door_is_the_apis_own_error(walk):
    server = FaultyServer()
    server.fail("POST /fine_tuning/jobs", CLOSED)
    error = walk(server).error
    assert isinstance(error, openai.PermissionDeniedError)
    assert (error.code, error.type, error.param) == ("training_not_available", "invalid_request_error", None)
    assert server.asked.count("POST /fine_tuning/jobs") == 1 and not server.jobs


@pytest.mark.parametrize(
    "error, words",
    [
        (
            {
                "code": "invalid_n_examples",
                "param": "training_file",
                "message": "Training file has 7 example(s), but must have at least 10 examples",
            },
            "invalid_n_examples: Training file has 7 example(s), but must have at least 10 examples. Correct that",
        ),
        (
            {
                "code": "invalid_training_file",
                "param": "training_file",
                "message": "The job failed due to an invalid training file. Invalid file format. "
                "Example 100, message 2 Discriminator 'role' is missing in value",
            },
            "Example 100, message 2",
        ),
        ({}, "the API does not say why"),
    ],
)
def test_a_job_that_fails_says_why_and_may_be_tried_again(walk, capsys, error, words):
    server = FaultyServer(life=("validating_files", "failed"), error=error)
    assert walk(server).job.status == "failed"
    shown = capsys.readouterr().out
    assert words in shown and "run train_once again" in shown
    server.life = ("succeeded",)
    assert walk(server).answer == "Two years." and len(server.jobs) == 2 and len(server.files) == 1


def test_a_job_that_is_cancelled_says_so_and_may_be_started_again(walk, capsys):
    server = FaultyServer(life=("queued", "running", "cancelled"))
    assert walk(server).job.status == "cancelled"
    assert "The job was cancelled" in capsys.readouterr().out
    server.life = ("succeeded",)
    assert walk(server).answer == "Two years." and len(server.jobs) == 2


def test_a_job_that_sits_in_the_queue_shows_that_it_waits_and_is_left_there(walk, monkeypatch, capsys):
    server, minutes = FaultyServer(life=("queued",)), iter(range(0, 10_000, 60))
    looks = []

    def stop_after_a_while(seconds):
        looks.append(seconds)
        if len(looks) == 30:
            raise KeyboardInterrupt

    monkeypatch.setattr(progress, "time", SimpleNamespace(sleep=stop_after_a_while, monotonic=lambda: next(minutes)))
    with contextlib.suppress(KeyboardInterrupt):
        walk(server)
    shown = capsys.readouterr().out
    assert "queued" in shown and "waiting for 30 min; stop this cell if you like, the job stays" in shown
    assert server.jobs["ftjob-0"]["status"] == "queued"
    assert not any(line.endswith("/cancel") for line in server.asked)


def test_follow_outlasts_a_long_silence_but_not_an_endless_one(walk, monkeypatch):
    server = FaultyServer()
    server.fail("GET /fine_tuning/jobs/", *[DROP] * 30)
    assert walk(server).answer == "Two years."
    server = FaultyServer()
    monkeypatch.setattr(progress, "MAX_FAILED_LOOKS", 2)
    server.permission = lambda line: BROKEN if line.startswith("GET /fine_tuning/jobs/") else None
    assert "The API has a fault of its own" in walk(server).says and len(server.jobs) == 1


def test_a_key_that_is_revoked_while_following_is_said_at_once(walk):
    server = FaultyServer()
    server.fail("GET /fine_tuning/jobs/", WRONG_KEY)
    assert "The key was not accepted" in walk(server).says
    assert walk(server).answer == "Two years." and len(server.jobs) == 1


def test_lesson_3s_own_cell_may_run_again_after_a_lost_answer(tmp_path):
    cells = json.loads((NOTEBOOKS / "03_train.ipynb").read_text())["cells"]
    [cell] = [source for cell in cells if "once.fine_tuning.jobs.create" in (source := "".join(cell["source"]))]
    paths = [tmp_path / "train.jsonl", tmp_path / "validation.jsonl"]
    for path in paths:
        path.write_bytes(path.name.encode())
    server = FaultyServer()
    server.fail("POST /fine_tuning/jobs", LOSE)
    known = {
        "client": openai.OpenAI(base_url=server.url, api_key=KEY),
        "jobs": jobs,
        "paths": paths,
        "metadata": {"a": "1"},
        "backend": SimpleNamespace(base_model=MINI),
        "hyperparameters": {"n_epochs": 3},
    }
    with pytest.raises(openai.APIConnectionError):
        exec(cell, known)
    exec(cell, known)
    exec(cell, known)
    assert len(server.jobs) == 1 and known["job"].id in server.jobs


def test_above_the_budget_nothing_is_made(walk, monkeypatch):
    monkeypatch.setattr(backend, "TRAINING_BUDGET_USD", 0.001)
    server = FaultyServer()
    with pytest.raises(costs.OverBudget, match="Nothing was started"):
        walk(server)
    assert not server.jobs


def test_what_many_answers_cost_at_most_is_shown_and_above_the_budget_none_is_asked(capsys):
    server = FaultyServer()
    client = openai.OpenAI(base_url=server.url, api_key=KEY)
    long = [{"role": "user", "content": "word " * 4_000}]
    with pytest.raises(costs.OverBudget, match="above your budget of 1.00 USD. Nothing was started"):
        compare.ask_all(client, MINI, [long] * 800)
    assert server.answers_billed == 0
    compare.ask_all(client, MINI, [long] * 4, budget_usd=0.02)
    assert server.answers_billed == 4
    assert f"4 answers of {MINI} cost at most about 0.01 USD. Budget: 0.02 USD." in capsys.readouterr().out


@pytest.mark.parametrize(
    "url, shown",
    [
        (
            "https://models.example/v1",
            "2 answers of gemma-4 read about 22 tokens and write at most 80. Its price is not known here",
        ),
        ("http://127.0.0.1:8017/v1", ""),
    ],
)
def test_where_no_price_is_known_the_tokens_are_shown_but_not_on_this_machine(monkeypatch, capsys, url, shown):
    monkeypatch.setattr(compare, "ask", lambda *asked: {"answer": "Two years."})
    compare.ask_all(openai.OpenAI(base_url=url, api_key=KEY), "gemma-4", [ASK] * 2)
    out = capsys.readouterr().out
    assert out.startswith(shown) and ("tokens" in out) == bool(shown)


def test_many_questions_stop_where_the_credit_ends():
    server = FaultyServer()
    server.permission = lambda line: NO_CREDIT if server.answers_billed >= 4 else None
    client = openai.OpenAI(base_url=server.url, api_key=KEY)
    with pytest.raises(openai.RateLimitError) as caught:
        compare.ask_all(client, MINI, [ASK] * 200, at_once=2)
    assert "no credit left" in caught.value.__notes__[0]
    assert server.answers_billed == 4 and len(server.asked) < 40


def test_many_questions_survive_a_bad_minute():
    server = FaultyServer()
    server.fail("POST /chat/completions", SLOW_DOWN, BROKEN, DROP, BROKEN)
    client = openai.OpenAI(base_url=server.url, api_key=KEY)
    table = compare.ask_all(client, MINI, [ASK] * 20)
    assert len(table) == server.answers_billed == 20 and table.seconds.isna().all()
