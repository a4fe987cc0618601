"""The server's README keeps its word: its table of OpenAI's API, and its program."""

import json
import re
from pathlib import Path

import pytest

from .. import needs

needs.training()

from finetune_server.app import build

from ..local_server import finished, supervised, upload

SERVER = Path(__file__).parents[2] / "server"
README = (SERVER / "README.md").read_text(encoding="utf-8")
BESIDE = {"GET /", "GET /health", "GET /metrics", "POST /deployments/{}/chat/completions"}  # its own, and Azure's path


def routes_told(state):
    """The routes in the rows of the table that begin with this state, with {} for ids."""
    table = README.split("compares this table with the routes -->")[1].split("\n\n")[0]
    rows = [row.split(" | ") for row in table.splitlines() if row.count(" | ") == 2]
    told = re.findall("`([A-Z]+ /.*?)`", " ".join(routes for _, said, routes in rows if said.startswith(state)))
    assert len(told) == len(set(told)) > 0
    return {re.sub("{.*?}", "{}", route) for route in told}


@pytest.fixture(scope="module")
def offered(tmp_path_factory, model):
    app = build(tmp_path_factory.mktemp("store"), model, "tiny")
    routes = [*app.routes, *app.state.rest.result().routes]
    return {
        f"{method} {re.sub('{.*?}', '{}', route.path)}" for route in routes for method in route.methods - {"HEAD"}
    } - BESIDE


def test_the_table_has_every_route_and_no_other(offered):
    assert routes_told("there") | routes_told("partly") == offered
    assert not routes_told("not there") & offered


def test_the_table_tells_of_every_operation_in_the_apis_description():
    described = json.loads((Path(__file__).parents[1] / "openapi" / "fine_tuning.schema.json").read_text("utf-8"))
    operations = {
        f"{method.upper()} {re.sub('{.*?}', '{}', path)}"
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert operations <= routes_told("there") | routes_told("partly") | routes_told("not there")


def test_its_program_makes_a_training_file_of_kept_answers(api, tmp_path, monkeypatch):
    for n in range(10):
        api.chat.completions.create(
            model="tiny",
            messages=[{"role": "system", "content": "be kind"}, {"role": "user", "content": f"hello {n}"}],
            max_tokens=5,
            logit_bias={"70": 100},
            store=True,
            metadata={"task": "greet"},
        )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", str(api.base_url))
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    section = README.split("## Keep answers")[1]
    exec(section.split("```python\n")[1].split("```")[0], {})
    content = (tmp_path / "train.jsonl").read_bytes()
    examples = [json.loads(line)["messages"] for line in content.splitlines()]
    assert [example[1]["content"] for example in examples] == [f"hello {n}" for n in range(10)]
    assert all([m["role"] for m in example] == ["system", "user", "assistant"] for example in examples)
    method = supervised(n_epochs=1, batch_size=10)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, content), method=method)
    assert finished(api, job).status == "succeeded"
