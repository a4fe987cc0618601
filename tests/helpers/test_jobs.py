"""Refusals, and the promise that nothing is uploaded or trained twice."""

import openai
import pytest
from starlette.responses import JSONResponse, Response

from helpers import api_errors, jobs, progress
from helpers.replay.server import everything, failure, serve_in_thread
from helpers.t1000 import lesson3


def api(handler):
    return openai.OpenAI(base_url=serve_in_thread(everything(handler)), api_key="x", max_retries=0)


@pytest.mark.parametrize(
    "status, code, words",
    [
        (403, "training_not_available", "no longer lets this account train"),
        (401, "invalid_api_key", "key was not accepted"),
        (429, "rate_limit_exceeded", "Wait a minute"),
        (429, "insufficient_quota", "no credit left"),
        (418, None, "status 418: short and stout"),
    ],
)
def test_each_refusal_is_one_sentence_and_a_way_on(status, code, words):
    async def refuse(request):
        return failure(status, "short and stout", code)

    with pytest.raises(openai.APIStatusError) as caught:
        api(refuse).fine_tuning.jobs.create(model="m", training_file="file-1")
    assert words in api_errors.explain(caught.value)


def list_of(*objects):
    return JSONResponse({"object": "list", "data": list(objects), "has_more": False})


def job(id, status, metadata):
    return {
        "id": id,
        "object": "fine_tuning.job",
        "created_at": 1,
        "model": "m",
        "organization_id": "o",
        "seed": 1,
        "status": status,
        "training_file": "f",
        "result_files": [],
        "hyperparameters": {},
        "metadata": metadata,
    }


@pytest.mark.parametrize(
    "there, created",
    [
        ([], 1),
        ([("failed", {"a": "1"}), ("cancelled", {"a": "1"}), ("succeeded", {"a": "2"}), ("succeeded", None)], 1),
        ([("running", {"a": "1"})], 0),
        ([("running", {"a": "1", "added": "by the backend"})], 0),
        ([("succeeded", {"a": "1"})], 0),
    ],
)
def test_train_once_creates_only_what_is_not_there(there, created):
    posts = []

    async def answer(request):
        if request.method == "POST":
            posts.append(await request.json())
            return JSONResponse(job("ftjob-new", "queued", {"a": "1"}))
        return list_of(*(job(f"ftjob-{n}", *what) for n, what in enumerate(there)))

    found = jobs.train_once(api(answer), budget_usd=None, metadata={"a": "1"}, model="m", training_file="f")
    assert len(posts) == created and found.metadata and found.metadata["a"] == "1"


def test_the_desks_own_model_is_found_or_the_way_to_it_is_said():
    course = {"course": "T-1000", "fingerprint": "1"}
    there = [
        job("ftjob-0", "running", course),
        job("ftjob-1", "succeeded", course | {"course": "T-1000, limits"}),
        job("ftjob-2", "succeeded", course) | {"model": "other"},
        job("ftjob-4", "succeeded", course) | {"method": {"type": "reinforcement"}},
    ]

    async def answer(request):
        return list_of(*there)

    with pytest.raises(LookupError, match="Run lessons 2 and 3 here first"):
        lesson3.find_job(api(answer), "m")
    there.append(job("ftjob-3", "succeeded", course))
    assert lesson3.find_job(api(answer), "m").id == "ftjob-3"


def test_a_backend_that_keeps_no_labels_is_named(capsys):
    async def answer(request):
        return JSONResponse(job("ftjob-new", "queued", None)) if request.method == "POST" else list_of()

    jobs.train_once(api(answer), budget_usd=None, metadata={"a": "1"}, model="m", training_file="f")
    assert "keeps no labels" in capsys.readouterr().out


def test_upload_once_compares_the_content(tmp_path):
    file = {
        "id": "file-1",
        "object": "file",
        "bytes": 3,
        "created_at": 1,
        "filename": "a.jsonl",
        "purpose": "fine-tune",
        "status": "processed",
    }
    posts = []

    async def answer(request):
        if request.method == "POST":
            posts.append(1)
            return JSONResponse(file | {"id": "file-2"})
        return JSONResponse("abc") if request.url.path.endswith("content") else list_of(file)

    async def answer_bytes(request):
        return Response(b"abc") if request.url.path.endswith("content") else await answer(request)

    path = tmp_path / "a.jsonl"
    path.write_bytes(b"abc")
    assert jobs.upload_once(api(answer_bytes), path).id == "file-1" and not posts
    path.write_bytes(b"abd")  # the same size
    assert jobs.upload_once(api(answer_bytes), path).id == "file-2" and len(posts) == 1


def test_interrupting_follow_only_ever_reads(monkeypatch):
    asked = []

    async def answer(request):
        asked.append(request.method)
        return list_of() if request.url.path.endswith("events") else JSONResponse(job("ftjob-1", "running", None))

    def interrupt(seconds):
        raise KeyboardInterrupt

    client = api(answer)
    monkeypatch.setattr(jobs.time, "sleep", interrupt)  # after the server, which sleeps too, has started
    with pytest.raises(KeyboardInterrupt):
        progress.follow(client, "ftjob-1", 1)
    assert set(asked) == {"GET"}


def test_a_label_follows_from_data_and_settings(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    first = jobs.label(path, n_epochs=2)
    assert first == jobs.label(path, n_epochs=2) != jobs.label(path, n_epochs=3)
    path.write_bytes(b"2")
    assert first != jobs.label(path, n_epochs=2)


def test_a_line_that_moves_to_the_other_file_makes_another_label(tmp_path):
    labels = set()
    for parts in ((b"1\n2\n", b"3\n"), (b"1\n", b"2\n3\n")):
        paths = [tmp_path / "train", tmp_path / "validation"]
        for path, content in zip(paths, parts, strict=True):
            path.write_bytes(content)
        labels.add(jobs.label(*paths)["fingerprint"])
    assert len(labels) == 2


def test_following_a_paused_job_ends_with_what_to_do(capsys):
    async def answer(request):
        return list_of() if request.url.path.endswith("events") else JSONResponse(job("ftjob-1", "paused", None))

    assert progress.follow(api(answer), "ftjob-1", 0.01).status == "paused"
    assert "resume('ftjob-1')" in capsys.readouterr().out


def test_a_file_that_could_not_be_processed_is_told_and_not_found_again(tmp_path):
    there = []

    async def answer(request):
        if request.method == "POST":
            file = {"id": f"file-{len(there)}", "object": "file", "bytes": 3, "created_at": 1, "filename": "a.jsonl"}
            broken = (
                {"status": "error", "status_details": "line 3 is not JSON"} if not there else {"status": "processed"}
            )
            there.append(file | {"purpose": "fine-tune"} | broken)
            return JSONResponse(there[-1])
        return Response(b"abc") if request.url.path.endswith("content") else list_of(*there)

    path = tmp_path / "a.jsonl"
    path.write_bytes(b"abc")
    with pytest.raises(ValueError, match=r"a\.jsonl was uploaded as file-0, .* line 3 is not JSON\. Correct"):
        jobs.upload_once(api(answer), path)
    assert [jobs.upload_once(api(answer), path).id for _ in range(2)] == ["file-1", "file-1"]


def test_what_azure_did_not_validate_is_not_a_loss_of_minus_one():
    async def answer(request):
        return Response(b"step,train_loss,valid_loss\n1,2.0,-1.0\n2,1.0,1.4\n")

    done = jobs.FineTuningJob.model_validate(job("ftjob-1", "succeeded", None) | {"result_files": ["file-9"]})
    table = progress.result_table(api(answer), done)
    assert table.valid_loss.isna().tolist() == [True, False] and table.train_loss.tolist() == [2.0, 1.0]


def test_a_curve_of_nothing_says_so():
    with pytest.raises(ValueError, match="Nothing was measured yet"):
        progress.loss_curve([])


@pytest.mark.parametrize("encode", [bytes, __import__("base64").b64encode])
def test_result_files_are_read_plain_and_base64(encode):
    content = encode(b"step,train_loss\n1,0.5\n")

    async def answer(request):
        return Response(content)

    done = jobs.FineTuningJob.model_validate(job("ftjob-1", "succeeded", None) | {"result_files": ["file-9"]})
    assert progress.result_table(api(answer), done).train_loss[1] == 0.5
