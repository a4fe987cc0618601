"""Nothing is trained above a budget, and nothing twice."""

import json
from collections import Counter

import openai
import pytest
from starlette.responses import JSONResponse, Response

from helpers import costs, jobs
from helpers.replay.server import everything, failure, serve_in_thread

MINI = "gpt-4.1-mini-2025-04-14"


def lines(n, content: str | list = "hello world"):
    messages = [{"role": role, "content": content} for role in ("system", "user", "assistant")]
    return (json.dumps({"messages": messages}) + "\n").encode() * n


class Api:
    """Files and jobs, kept as the service keeps them. `lose` answers after the job was made with an error, once."""

    def __init__(self, lose=None, **files):
        self.files, self.jobs, self.lose, self.asked = files, [], lose, Counter()
        address = serve_in_thread(everything(self.answer))
        self.client = openai.OpenAI(base_url=address, api_key="x", max_retries=2)

    async def answer(self, request):
        self.asked[request.method] += 1
        if request.url.path.endswith("/content"):
            return Response(self.files[request.url.path.split("/")[-2]])
        if request.method == "GET":
            return JSONResponse({"object": "list", "data": self.jobs[::-1], "has_more": False})
        body = await request.json()
        if self.lose != "before":
            job = {
                "id": f"ftjob-{len(self.jobs)}",
                "object": "fine_tuning.job",
                "created_at": 1,
                "seed": 1,
                "organization_id": "o",
                "status": "queued",
                "result_files": [],
                "hyperparameters": {},
            }
            self.jobs.append(job | {key: body[key] for key in ("model", "training_file", "metadata")})
        lost, self.lose = self.lose, None
        return failure(500, "lost", None) if lost else JSONResponse(self.jobs[-1])

    def train(self, model=MINI, training_file="a", **request):
        return jobs.train_once(
            self.client, **{"budget_usd": None, "model": model, "training_file": training_file} | request
        )


def supervised(**hyperparameters):
    return {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}


@pytest.mark.parametrize(
    "request_, made",
    [
        ({}, 1),
        ({"training_file": "same"}, 1),
        ({"suffix": "other"}, 1),
        ({"method": supervised(n_epochs="auto")}, 1),
        ({"training_file": "other"}, 2),
        ({"validation_file": "a"}, 2),
        ({"model": "gpt-4o-mini-2024-07-18"}, 2),
        ({"seed": 1}, 2),
        ({"method": supervised(n_epochs=2)}, 2),
    ],
)
def test_the_same_file_model_and_settings_never_make_a_second_job(request_, made):
    api = Api(a=lines(10), same=lines(10), other=lines(11))
    api.train()
    api.train(**request_)
    assert len(api.jobs) == made


def test_settings_are_the_same_however_they_are_written():
    api = Api(a=lines(10))
    api.train(method=supervised(n_epochs=2, learning_rate_multiplier=2))
    api.train(method=supervised(learning_rate_multiplier=2.0, n_epochs=2, batch_size="auto"))
    api.train(hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 2})
    assert len(api.jobs) == 1


def test_lines_that_move_to_the_other_file_make_another_job():
    api = Api(a=lines(10), b=lines(4), c=lines(11), d=lines(3))
    api.train(validation_file="b")
    api.train(training_file="c", validation_file="d")
    assert len(api.jobs) == 2


@pytest.mark.parametrize("lost, posts", [("after", 1), ("before", 2)])
def test_a_lost_answer_makes_no_second_job(monkeypatch, lost, posts):
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", (0.01, 0.01))
    api = Api(lose=lost, a=lines(10))
    assert api.train().id == "ftjob-0"
    assert len(api.jobs) == 1 and api.asked["POST"] == posts
    assert api.train().id == "ftjob-0" and len(api.jobs) == 1


def test_within_the_budget_it_shows_the_estimate_and_trains(a_day, capsys):
    api = Api(a=b"\xef\xbb\xbf" + lines(10))
    api.train(budget_usd=0.01, method=supervised(n_epochs=2))
    assert len(api.jobs) == 1 and "budget" not in api.jobs[0]
    shown = capsys.readouterr().out
    assert shown.startswith("about 0.00 USD for 2 epochs. 190 tokens an epoch") and "Budget: 0.01 USD" in shown
    api.train(budget_usd=0, method=supervised(n_epochs=2))  # costs nothing: the job is there
    assert capsys.readouterr().out == ""


def test_above_the_budget_it_shows_the_estimate_and_raises(a_day, capsys):
    api = Api(a=lines(10))
    with pytest.raises(costs.OverBudget, match="Nothing was started"):
        api.train(budget_usd=0.009)  # 190 tokens x 10 epochs x 5 USD a million = 0.0095 USD
    assert "for 10 epochs" in capsys.readouterr().out and api.asked["POST"] == 0
    api.train(budget_usd=0.0095)
    assert api.asked["POST"] == 1


def pairs(n):
    said = lambda role: {"role": role, "content": "hello world"}
    sides = {side: [said("assistant")] for side in ("preferred_output", "non_preferred_output")}
    return (json.dumps({"input": {"messages": [said("system"), said("user")]}} | sides) + "\n").encode() * n


def test_a_preference_file_is_estimated_with_both_answers(a_day, capsys):
    api = Api(a=pairs(10))
    dpo = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}
    with pytest.raises(costs.OverBudget):
        api.train(budget_usd=0.018, method=dpo)  # 380 tokens x 10 epochs x 5 USD a million = 0.019 USD
    shown = capsys.readouterr().out
    assert "for 10 epochs. 380 tokens an epoch in 10 examples" in shown and "both answers" in shown
    api.train(budget_usd=0.019, method=dpo)
    assert api.asked["POST"] == 1


@pytest.mark.parametrize(
    "change", [{"input": None}, {"preferred_output": "yes"}, {"non_preferred_output": []}, {"input": {"messages": []}}]
)
def test_half_a_pair_is_not_estimated_and_not_started(a_day, change):
    api = Api(a=pairs(1) + (json.dumps(json.loads(pairs(1)) | change) + "\n").encode())
    with pytest.raises(ValueError, match="Example 2 .* tokens cannot be counted"):
        api.train(budget_usd=1000, method={"type": "dpo", "dpo": {}})
    assert api.asked["POST"] == 0


def test_a_method_that_is_not_billed_by_the_file_is_not_started(a_day):
    api = Api(a=lines(10))
    with pytest.raises(costs.NoPrice, match="'reinforcement'"):
        api.train(budget_usd=1000, method={"type": "reinforcement", "reinforcement": {"grader": {}}})
    assert api.asked["POST"] == 0
    assert api.train(method={"type": "reinforcement", "reinforcement": {"grader": {}}}).id  # where training is free


@pytest.mark.parametrize(
    "model, content, error, words",
    [
        ("SmolLM2-135M-Instruct", lines(10), costs.NoPrice, "no price for 'SmolLM2"),
        ("gpt-3.5-turbo", lines(10), costs.NoPrice, "retired on 2026-10-23"),
        ("gpt-6-luna", lines(10), costs.NoPrice, "cannot be tuned"),
        (MINI, b"", ValueError, "no example"),
        (MINI, lines(1) + b"{", ValueError, "Line 2 of the training file is not JSON"),
        (MINI, lines(1) + b'"\xff"', ValueError, "Line 2 of the training file is not JSON"),
        (MINI, b"[" * 100_000, ValueError, "Line 1 of the training file is not JSON"),
        (MINI, lines(1) + b"{}", ValueError, "Example 2 has no list"),
        (MINI, lines(2, [{"type": "image_url"}]), ValueError, "only text can be counted"),
    ],
)
def test_what_cannot_be_estimated_is_not_started(a_day, model, content, error, words):
    api = Api(a=content)
    with pytest.raises(error, match=words):
        api.train(model, budget_usd=1000)
    assert api.asked["POST"] == 0


def test_the_local_api_makes_one_job_for_the_same_data(tmp_path, model):
    from finetune_server.app import build

    app = build(tmp_path / "store", model, "tiny", None)
    client = openai.OpenAI(base_url=serve_in_thread(app), api_key="none")
    files = [client.files.create(file=(name, lines(10)), purpose="fine-tune") for name in ("a.jsonl", "b.jsonl")]
    first, again = (file.id for file in files)
    job = jobs.train_once(client, budget_usd=None, model="tiny", training_file=first, method=supervised(n_epochs=50))
    same = jobs.train_once(
        client, budget_usd=None, model="tiny", training_file=again, method=supervised(n_epochs=50), suffix="other"
    )
    assert same.id == job.id
    with pytest.raises(costs.NoPrice):
        jobs.train_once(client, model="tiny", training_file=first, method=supervised(n_epochs=2), budget_usd=1)
    assert len(client.fine_tuning.jobs.list().data) == 1
    client.fine_tuning.jobs.cancel(job.id)
