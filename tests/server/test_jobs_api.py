"""Fine-tuning jobs and files through the real client: pausing, queueing, lists and their pages."""

import time
from contextlib import suppress

import openai
import pytest

from .. import openapi
from ..local_server import finished, lines, messages, pause_after, steps_told, supervised, until, upload
from .curves import loss_curve, result_table

LONG = supervised(n_epochs=40, batch_size=1)
SHORT = supervised(n_epochs=1, batch_size=10)


def create(api, examples=10, method=SHORT, seed=3, **request):
    return api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(api, lines(examples)), method=method, seed=seed, **request
    )


def test_a_paused_job_goes_on_and_ends_with_the_losses_of_one_that_was_not(api, monkeypatch):
    settings = supervised(n_epochs=4, batch_size=1)
    validation = upload(api, lines(5))
    whole = finished(api, create(api, 20, settings, validation_file=validation))
    pausing = pause_after(23, api, monkeypatch)
    job = until(api, create(api, 20, settings, validation_file=validation), lambda job: job.status == "paused")
    assert [job.status for job in pausing] == ["pausing"]
    assert job.estimated_finish is None and steps_told(api, job) < 80
    time.sleep(0.1)
    assert api.fine_tuning.jobs.resume(job.id).status in ("queued", "running")
    job = finished(api, job)
    assert job.status == "succeeded" and job.trained_tokens == whole.trained_tokens
    curves = [loss_curve(api, j) for j in (whole, job)]
    assert curves[0].equals(curves[1]) and len(curves[0]) == 80
    assert result_table(api, job).equals(result_table(api, whole))
    assert [c.step_number for c in api.fine_tuning.jobs.checkpoints.list(job.id)] == [80, 60, 40]
    told = messages(api, job)
    assert any(m.startswith("The job was paused after step ") for m in told)
    assert any(m.startswith("Fine-tuning job goes on after step ") for m in told)


@pytest.mark.parametrize("began_in_half", [True, False])
def test_a_training_goes_on_in_the_precision_it_began_with(api, monkeypatch, began_in_half):
    monkeypatch.setattr("finetune_server.training.trainer.faster_in_half", lambda device: began_in_half)
    halved = []
    monkeypatch.setattr("finetune_server.training.trainer.halve_frozen_matrices", halved.append)
    job = until(api, create(api, 20, LONG), lambda job: steps_told(api, job) > 0)
    api.fine_tuning.jobs.pause(job.id)
    until(api, job, lambda job: job.status == "paused")
    monkeypatch.setattr("finetune_server.training.trainer.faster_in_half", lambda device: not began_in_half)
    api.fine_tuning.jobs.resume(job.id)
    until(api, job, lambda job: any("goes on after step" in m for m in messages(api, job)))
    told = steps_told(api, job)
    until(api, job, lambda job: steps_told(api, job) > told)
    api.fine_tuning.jobs.cancel(job.id)
    assert len(halved) == 2 * began_in_half


def test_waiting_jobs_say_their_place_and_can_be_paused_and_cancelled(api):
    running = until(api, create(api, 20, LONG), lambda job: job.status == "running")
    assert running.finished_at is None and running.trained_tokens is None
    until(api, running, lambda job: (job.estimated_finish or 0) >= running.created_at)
    waiting = [until(api, create(api), lambda job: job.status == "queued") for _ in range(2)]
    assert messages(api, waiting[0])[-1] == "Job is queued behind 1 job"
    assert messages(api, waiting[1])[-1] == "Job is queued behind 2 jobs"
    assert api.fine_tuning.jobs.pause(waiting[0].id).status == "paused"
    with pytest.raises(openai.BadRequestError, match="that is paused cannot be paused"):
        api.fine_tuning.jobs.pause(waiting[0].id)
    with pytest.raises(openai.BadRequestError, match="that is running cannot be resumed"):
        api.fine_tuning.jobs.resume(running.id)
    bad = finished(api, create(api, 7))  # a bad file is reported at once, however long the queue is
    assert bad.error.code == "invalid_n_examples" and bad.finished_at and not bad.estimated_finish
    assert api.fine_tuning.jobs.cancel(running.id).estimated_finish is None
    assert finished(api, waiting[1]).status == "succeeded"
    assert api.fine_tuning.jobs.cancel(waiting[0].id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="that is cancelled cannot be resumed"):
        api.fine_tuning.jobs.resume(waiting[0].id)


def test_jobs_are_found_by_their_metadata_and_come_in_pages(api):
    made = [create(api, metadata=metadata) for metadata in ({"a": "1", "b": "2"}, {"a": "1"}, {"a": ""}, None)]
    listed = lambda **query: [j.id for j in api.fine_tuning.jobs.list(limit=2, **query) if j.id in [m.id for m in made]]
    ids = [job.id for job in made]
    assert listed() == ids[::-1]
    assert listed(metadata={"a": "1"}) == [ids[1], ids[0]]
    assert listed(metadata={"a": "1", "b": "2"}) == [ids[0]]
    found = api.get("/fine_tuning/jobs?metadata[a]=", cast_to=object)["data"]  # older clients leave an empty value out
    assert [job["id"] for job in found] == [ids[2]]
    assert listed(metadata={"a": "3"}) == []
    assert listed(extra_query={"metadata": "null"}) == [ids[3]]
    with pytest.raises(openai.NotFoundError):
        api.fine_tuning.jobs.list(after="ftjob-none")
    with pytest.raises(openai.BadRequestError, match="limit"):
        api.fine_tuning.jobs.list(limit=-1)
    none = api.fine_tuning.jobs.list(limit=0)
    assert none.data == [] and none.has_more
    [finished(api, job) for job in made]


def test_files_are_listed_by_purpose_in_order_and_pages(api):
    made = [api.files.create(file=(f"{n}.txt", b"x"), purpose="user_data").id for n in range(5)]
    assert [f.id for f in api.files.list(purpose="user_data")] == made[::-1]
    assert [f.id for f in api.files.list(purpose="user_data", order="asc", limit=2)] == made
    page = api.files.list(purpose="user_data", limit=2)
    assert (
        page.has_more
        and [f.id for f in api.files.list(purpose="user_data", limit=2, after=page.data[-1].id)] == made[2::-1]
    )
    with pytest.raises(openai.BadRequestError, match="'asc' or 'desc'"):
        api.files.list(order="up")


def test_files_expire_when_asked_to(api, monkeypatch):
    file = api.files.create(
        file=("a.txt", b"x"), purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600}
    )
    assert file.expires_at == file.created_at + 3600
    with pytest.raises(openai.BadRequestError, match="3600 to 2592000"):
        api.files.create(file=("a.txt", b"x"), purpose="batch", expires_after={"anchor": "created_at", "seconds": 60})
    later = time.time() + 3601
    monkeypatch.setattr("finetune_server.routes.files.time.time", lambda: later)
    assert file.id not in [f.id for f in api.files.list()]
    with pytest.raises(openai.NotFoundError):
        api.files.retrieve(file.id)


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"expires_after[anchor]": "x", "expires_after[seconds]": "3600"}, "expires_after"),
        ({"expires_after[seconds]": "3600"}, "expires_after"),
        ({"expires_after[anchor]": "created_at"}, "expires_after"),
        ({"expires_after[anchor]": "created_at", "expires_after[seconds]": ""}, "expires_after"),
        ({"expire_after": "3600"}, "expire_after"),
        ({"metadata": "{}"}, "metadata"),
    ],
)
def test_no_field_of_an_upload_is_passed_over(api, fields, param):
    before = {file.id for file in api.files.list()}
    with pytest.raises(openai.BadRequestError) as caught:
        api.files.create(file=("a.txt", b"x"), purpose="batch", extra_body=fields)
    assert caught.value.param == param and {file.id for file in api.files.list()} == before


def test_files_of_a_purpose_that_does_not_exist_cannot_be_listed(api):
    with pytest.raises(openai.BadRequestError, match="expected one of .*'fine-tune-results'") as caught:
        api.files.list(purpose="nonsense")
    assert caught.value.param == "purpose"
    assert list(api.files.list(purpose="assistants_output")) == []


@pytest.mark.parametrize(
    "request_, param",
    [
        ({"integrations": [{"type": "wandb", "wandb": {"project": "x"}}]}, "integrations"),
        ({"method": {"type": "reinforcement"}}, "method.reinforcement"),
        ({"seed": -1}, "seed"),
        ({"suffix": ""}, "suffix"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
    ],
)
def test_what_this_server_does_not_do_is_a_400_that_says_so(api, request_, param):
    with pytest.raises(openai.BadRequestError) as caught:
        create(api, **request_)
    assert caught.value.param == param


def test_a_file_of_another_purpose_is_not_trained_on(api):
    other = api.files.create(file=("a.jsonl", lines(10)), purpose="user_data").id
    with pytest.raises(openai.BadRequestError, match="purpose 'user_data'"):
        api.fine_tuning.jobs.create(model="tiny", training_file=other)


def test_the_older_hyperparameters_are_understood(api):
    job = api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(api, lines(10)), hyperparameters={"n_epochs": 1}
    )
    job = finished(api, job)
    assert job.hyperparameters.n_epochs == 1 and job.method.supervised.hyperparameters.batch_size == 4


def test_a_deleted_checkpoint_does_not_stop_the_training(api):
    job = create(api, 10, supervised(n_epochs=10, batch_size=5))
    until(api, job, lambda job: api.fine_tuning.jobs.checkpoints.list(job.id).data)
    for checkpoint in api.fine_tuning.jobs.checkpoints.list(job.id):
        with suppress(openai.NotFoundError):  # let go of meanwhile
            api.models.delete(checkpoint.fine_tuned_model_checkpoint)
    assert finished(api, job).status == "succeeded"


def test_the_apis_own_description_accepts_every_answer(api):
    job = until(api, create(api, 20, LONG), lambda job: steps_told(api, job) > 21)
    at = f"/fine_tuning/jobs/{job.id}"
    for method, path, status in [
        ("post", f"{at}/pause", 200),
        ("get", at, 200),
        ("post", f"{at}/pause", 400),
        ("post", f"{at}/cancel", 200),
        ("post", f"{at}/resume", 400),
        ("get", f"{at}/events", 200),
        ("get", f"{at}/checkpoints", 200),
        ("get", "/fine_tuning/jobs", 200),
        ("get", "/files", 200),
        ("get", f"/files/{job.training_file}", 200),
        ("get", "/fine_tuning/jobs/ftjob-none", 404),
        ("delete", f"/files/{job.training_file}", 200),
    ]:
        reply = api._client.request(method, f"{api.base_url}".rstrip("/") + path)
        assert reply.status_code == status, (path, reply.text)
        openapi.accepts(reply.json(), method, path, status)
