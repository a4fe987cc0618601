"""What stands around a request and its answer: headers, the path in an error, and the query."""

import json
import logging
import re
from pathlib import Path

import openai
import pytest
import requests

from .. import needs

needs.training()

from finetune_server.routes import query
from finetune_server.store.store import Store

ASK = {"model": "tiny", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 3}


@pytest.fixture(scope="module")
def url(api):
    return str(api.base_url).rstrip("/")


def ids(replies):
    return {reply.headers["x-request-id"] for reply in replies}


def test_every_answer_has_an_id_of_its_own(api, url):
    replies = [
        requests.get(f"{url}/models", timeout=60),
        requests.get(f"{url}/files/file-x", timeout=60),
        requests.get(f"{url}/embeddings", timeout=60),
        requests.get(f"{url}/models", headers={"Host": "evil.example"}, timeout=60),
        requests.post(f"{url}/chat/completions", json=ASK, timeout=60),
        requests.post(f"{url}/chat/completions", json=ASK | {"stream": True}, timeout=60),
    ]
    assert len(ids(replies)) == len(replies) and all(re.fullmatch("req_[0-9a-f]{32}", id) for id in ids(replies))
    for reply in replies:
        assert reply.headers["openai-version"] and int(reply.headers["openai-processing-ms"]) >= 0
    assert api.chat.completions.create(**ASK)._request_id and api.models.list()._request_id


def test_an_unforeseen_error_is_logged_with_the_id_that_its_client_sees(api, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(Store, "all", fail)
    with caplog.at_level(logging.ERROR), pytest.raises(openai.InternalServerError, match="of all things") as caught:
        api.files.list()
    assert f"{caught.value.request_id}: GET /v1/files" in caplog.text and "Traceback" in caplog.text


@pytest.mark.parametrize("prefix", ["/v1", "/openai/v1", "/openai", ""])
def test_a_missing_route_is_named_as_it_was_asked_for(url, prefix):
    reply = requests.post(f"{url.removesuffix('/v1')}{prefix}/embeddings", timeout=10)
    assert reply.json()["error"]["message"] == f"This server has no route POST {prefix}/embeddings"
    assert requests.get(f"{url.removesuffix('/v1')}{prefix}/models", timeout=10).ok


@pytest.mark.parametrize(
    "path, hint",
    [
        ("/files?purposes=batch", "; did you mean 'purpose'?"),
        ("/fine_tuning/jobs?order=asc", "."),
        ("/fine_tuning/jobs?before=x", "."),
        ("/fine_tuning/jobs?metadatas[a]=b", "; did you mean 'metadata[KEY]'?"),
        ("/fine_tuning/jobs?metadata=b", "; did you mean 'metadata[KEY]'?"),
        ("/files?limit[a]=1", "; did you mean 'limit'?"),
        ("/models?limit=1", "."),
        ("/models/tiny?include=x", "."),
    ],
)
def test_an_unknown_query_parameter_is_refused(url, path, hint):
    reply = requests.get(url + path, timeout=10)
    name = path.partition("?")[2].partition("=")[0]
    assert reply.status_code == 400 and reply.json()["error"]["param"] == name
    assert reply.json()["error"]["message"] == f"This server does not know the parameter '{name}'{hint}"


def test_a_parameter_that_is_given_twice_is_refused(url):
    reply = requests.get(f"{url}/files?limit=1&limit=2", timeout=10)
    assert reply.status_code == 400 and reply.json()["error"]["param"] == "limit"
    form = [("purpose", "fine-tune"), ("purpose", "batch")]
    reply = requests.post(f"{url}/files", data=form, files={"file": ("a.jsonl", b"x")}, timeout=10)
    assert reply.status_code == 400 and reply.json()["error"]["param"] == "purpose"


def test_azures_version_and_known_parameters_are_taken(url):
    for path in ("/models?api-version=x", "/files?order=asc&purpose=batch&limit=0&api-version=x"):
        assert requests.get(url + path, timeout=10).ok


def test_lists_take_what_the_apis_description_says():
    described = json.loads((Path(__file__).parents[1] / "openapi" / "fine_tuning.schema.json").read_text("utf-8"))
    for path, known in query.KNOWN.items():
        if (
            path.startswith(("/responses", "/batches", "/webhook")) or "/export/" in path
        ):  # not in the part of the description that is here
            continue
        [operation] = [
            operations["get"]
            for name, operations in described["paths"].items()
            if re.sub("{.*?}", "{id}", name) == path and "get" in operations
        ]
        wanted = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
        assert {re.split(r"[\[=]", name)[0] for name in known} == wanted, path
