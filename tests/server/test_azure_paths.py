"""Azure's paths and header reach the same routes."""

import asyncio

import openai
import pytest

from ..local_server import finished, lines, start, supervised, upload

ASK = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 5, "temperature": 0}
KEY = "open sesame"


@pytest.fixture(scope="module")
def api(tmp_path_factory, model):
    return start(tmp_path_factory.mktemp("store"), model, KEY)


@pytest.fixture(scope="module")
def azure(api):
    """What Azure's clients are told, without a path."""
    return {
        "azure_endpoint": str(api.base_url).removesuffix("/v1/"),
        "api_key": KEY,
        "api_version": "2024-10-21",
        "max_retries": 0,
    }


@pytest.mark.parametrize("deployment", [{}, {"azure_deployment": "tiny"}])
def test_azures_client_uploads_trains_and_asks(api, azure, deployment):
    client = openai.AzureOpenAI(**azure, **deployment)
    content = b"\xef\xbb\xbf" + lines(10)  # Azure asks for files with a byte order mark
    job = client.fine_tuning.jobs.create(
        model="tiny",
        training_file=upload(client, content),
        method=supervised(n_epochs=1, batch_size=10),
        extra_body={"trainingType": "GlobalStandard"},
    )
    job = finished(client, job)
    assert job.status == "succeeded" and job.id in {j.id for j in client.fine_tuning.jobs.list()}
    for name in ("tiny", job.fine_tuned_model):
        reply = api.chat.completions.create(model=name, **ASK)
        assert openai.AzureOpenAI(**azure).chat.completions.create(model=name, **ASK).choices == reply.choices
        assert (
            openai.AzureOpenAI(**azure, azure_deployment=name).chat.completions.create(model="x", **ASK).choices
            == reply.choices
        )
    assert client.models.retrieve(job.fine_tuned_model).id == job.fine_tuned_model


def test_azures_newer_address_works_with_the_plain_client(api, azure):
    client = openai.OpenAI(base_url=f"{azure['azure_endpoint']}/openai/v1/", api_key=KEY)
    assert [m.id for m in client.models.list()] == [m.id for m in api.models.list()]
    said = client.chat.completions.create(model="tiny", **ASK).choices[0].message.content
    assert client.responses.create(model="tiny", input="hello", max_output_tokens=5, temperature=0).output_text == said
    assert client.files.retrieve(upload(client, lines(1))).purpose == "fine-tune"


def test_a_wrong_key_in_azures_header_is_refused(azure):
    with pytest.raises(openai.AuthenticationError) as caught:
        openai.AzureOpenAI(**azure | {"api_key": "guess"}).chat.completions.create(model="tiny", **ASK)
    assert caught.value.code == "invalid_api_key"


def test_azures_async_client_streams(api, azure):
    async def said():
        async with openai.AsyncAzureOpenAI(**azure) as client:
            chunks = [c async for c in await client.chat.completions.create(model="tiny", **ASK, stream=True)]
            return "".join(c.choices[0].delta.content or "" for c in chunks)

    assert asyncio.run(said()) == api.chat.completions.create(model="tiny", **ASK).choices[0].message.content
