"""Permissions of tuned models and checkpoints: granted, listed, taken back, and gone with the model."""

import asyncio

import openai
import pytest

from .. import needs

needs.training()

from finetune_server.store.store import Store

from .. import openapi
from ..local_server import finished, lines, start, supervised, upload

MISSING = "ft:tiny:local::abc"


@pytest.fixture(scope="module")
def tuned(api):
    method = supervised(n_epochs=2, batch_size=10)
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=method))
    return job.fine_tuned_model


@pytest.fixture
def permissions(api):
    return api.fine_tuning.checkpoints.permissions


def test_granted_listed_and_taken_back(api, permissions, tuned):
    granted = permissions.create(tuned, project_ids=["proj_a", "proj_b"]).data
    assert [one.project_id for one in granted] == ["proj_a", "proj_b"]
    assert all(one.id.startswith("cp_") and one.object == "checkpoint.permission" for one in granted)
    assert [one.id for one in permissions.list(tuned)] == [granted[1].id, granted[0].id]
    assert [one.id for one in permissions.list(tuned, order="ascending", limit=1)] == [one.id for one in granted]
    assert [one.id for one in permissions.list(tuned, project_id="proj_a")] == [granted[0].id]
    assert permissions.create(tuned, project_ids=["proj_a"]).data[0].id == granted[0].id
    gone = permissions.delete(granted[0].id, fine_tuned_model_checkpoint=tuned)
    assert gone.deleted and [one.project_id for one in permissions.list(tuned)] == ["proj_b"]
    with pytest.raises(openai.NotFoundError, match="has no permission"):
        permissions.delete(granted[0].id, fine_tuned_model_checkpoint=tuned)


def test_a_checkpoint_has_its_own(api, permissions, tuned):
    [job] = [job for job in api.fine_tuning.jobs.list() if job.fine_tuned_model == tuned]
    checkpoint = api.fine_tuning.jobs.checkpoints.list(job.id).data[0].fine_tuned_model_checkpoint
    [granted] = permissions.create(checkpoint, project_ids=["proj_c"]).data
    assert granted.id not in [one.id for one in permissions.list(tuned)]
    with pytest.raises(openai.NotFoundError):
        permissions.delete(granted.id, fine_tuned_model_checkpoint=tuned)
    assert [one.id for one in permissions.list(checkpoint)] == [granted.id]


def test_asked_by_the_async_client(api, tuned):
    async def ask():
        async with openai.AsyncOpenAI(base_url=api.base_url, api_key="none") as client:
            permissions = client.fine_tuning.checkpoints.permissions
            made = [one async for one in permissions.create(tuned, project_ids=["proj_async"])]
            return made, [one async for one in permissions.list(tuned, project_id="proj_async")]

    made, listed = asyncio.run(ask())
    assert [one.id for one in made] == [one.id for one in listed]


@pytest.mark.parametrize(
    "body, param",
    [
        ({}, "project_ids"),
        ({"project_ids": []}, "project_ids"),
        ({"project_ids": ["a", 1]}, "project_ids[1]"),
        ({"project_ids": ["a"], "projects": []}, "projects"),
    ],
)
def test_what_cannot_be_granted_is_refused(api, tuned, body, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.post(f"/fine_tuning/checkpoints/{tuned}/permissions", body=body, cast_to=object)
    assert caught.value.param == param


def test_only_tuned_models_have_permissions(permissions):
    for name in (MISSING, "tiny"):
        with pytest.raises(openai.NotFoundError):
            permissions.create(name, project_ids=["a"])
        with pytest.raises(openai.NotFoundError):
            list(permissions.list(name))


def test_they_go_with_the_model(tmp_path, database):
    store = Store(tmp_path, database)
    store.put("model", {"id": MISSING, "folder": "model-x"})
    for n, name in enumerate((MISSING, f"{MISSING}:ckpt-step-1")):
        store.put("checkpoint", {"id": f"ftckpt_{n}", "fine_tuned_model_checkpoint": name}, parent="ftjob-x")
    store.put("checkpoint.permission", {"id": "cp_x", "project_id": "a"}, parent=MISSING)
    store.delete_model(MISSING)
    assert store.all("checkpoint.permission", MISSING) == []
    assert [checkpoint["id"] for checkpoint in store.all("checkpoint", "ftjob-x")] == ["ftckpt_1"]
    store.close()


def test_the_apis_own_description_accepts_them(api, permissions, tuned):
    path = f"/fine_tuning/checkpoints/{tuned}/permissions"
    made = api.post(path, body={"project_ids": ["proj_d"]}, cast_to=object)
    openapi.accepts(made, "POST", path)
    openapi.accepts(api.get(path, cast_to=object), "GET", path)
    gone = api.delete(f"{path}/{made['data'][0]['id']}", cast_to=object)
    openapi.accepts(gone, "DELETE", f"{path}/x")


def test_with_a_token_they_need_it(tmp_path, model):
    api = start(tmp_path, model, token="open sesame").with_options(api_key="guess")
    with pytest.raises(openai.AuthenticationError):
        api.fine_tuning.checkpoints.permissions.create(MISSING, project_ids=["a"])
