"""Microsoft Foundry: the v1 address, and the deployment step, against a fake of exactly the requests in its pages."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler
from types import ModuleType, SimpleNamespace

import openai
import pytest

import helpers
from helpers import compare, costs, jobs, prices, progress
from helpers.extras import foundry
from helpers.training_data.jsonl import BOM, write_jsonl

from ..faulty_server import MINI, WRONG_KEY, FaultyServer, serve

TUNED = f"{MINI}.ft-b044a9d3cf9c4228b5d393567f693b83"
PATH = "/subscriptions/sub-1/resourceGroups/group-1/providers/Microsoft.CognitiveServices/accounts/desk/deployments"
TOKEN = "a token of Microsoft's"


class Management:
    """The management plane: deployments that take a look or two to be made and to be gone."""

    def __init__(self):
        self.there, self.asked, self.faults, self.ends = {}, [], [], "Succeeded"
        self.url = serve(type("Handler", (_Handler,), {"plane": self}))

    def answer(self, method, path, body):
        if self.faults:
            return self.faults.pop(0)
        if path == PATH:
            return 200, {"value": [self.seen(name) for name in self.there]}
        name = path.removeprefix(PATH + "/")
        if method == "PUT":
            made = {"properties": body["properties"] | {"provisioningState": "Creating"}, "sku": body["sku"]}
            self.there[name] = {
                "id": path,
                "name": name,
                "type": "Microsoft.CognitiveServices/accounts/deployments",
                **made,
            }
            return 201, self.there[name]
        if method == "DELETE":
            if name not in self.there:
                return 204, None
            self.there[name]["properties"]["provisioningState"] = "Deleting"
            return 202, None
        if name not in self.there:
            return 404, {"error": {"code": "ResourceNotFound", "message": f"The resource {name} was not found."}}
        return 200, self.seen(name)

    def seen(self, name):
        """As it is now; at the next look it is further on."""
        now = json.loads(json.dumps(self.there[name]))
        state = now["properties"]["provisioningState"]
        if state == "Deleting":
            del self.there[name]
        elif state == "Creating":
            self.there[name]["properties"]["provisioningState"] = self.ends
        return now


class _Handler(BaseHTTPRequestHandler):
    plane: Management

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        asked = SimpleNamespace(line=f"{self.command} {path}", query=query, body=json.loads(body or "null"))
        self.plane.asked.append(asked)
        assert self.headers["authorization"] == f"Bearer {TOKEN}"
        status, answer = self.plane.answer(self.command, path, asked.body)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"" if answer is None else json.dumps(answer).encode())

    do_GET = do_PUT = do_DELETE = _answer

    def log_message(self, format, *args):
        pass


@pytest.fixture
def plane(monkeypatch):
    """The fake in Microsoft's place, somebody signed in, and a resource named in the environment."""
    plane = Management()
    monkeypatch.setattr(foundry, "MANAGEMENT", plane.url)
    monkeypatch.setattr(foundry, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(foundry, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", "sub-1")
    monkeypatch.setenv("AZURE_RESOURCE_GROUP", "group-1")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://desk.openai.azure.com/")
    sign_in(monkeypatch, lambda scope: SimpleNamespace(token=TOKEN))
    return plane


class SignInFailed(Exception):
    pass


def sign_in(monkeypatch, get_token):
    """A stand-in for the package azure-identity."""
    names = {
        "azure": {},
        "azure.core": {},
        "azure.core.exceptions": {"ClientAuthenticationError": SignInFailed},
        "azure.identity": {"DefaultAzureCredential": lambda: SimpleNamespace(get_token=get_token)},
    }
    for name, held in names.items():
        vars(module := ModuleType(name)).update(held)
        monkeypatch.setitem(sys.modules, name, module)


def test_deploying_asks_exactly_what_microsofts_page_says(plane, capsys):
    foundry.deploy(TUNED, "t1000")
    [put] = [asked for asked in plane.asked if asked.line.startswith("PUT")]
    assert put.line == f"PUT {PATH}/t1000" and put.query == "api-version=2025-07-01-preview"
    assert put.body == {
        "sku": {"name": "DeveloperTier", "capacity": 50},
        "properties": {"model": {"format": "OpenAI", "name": TUNED, "version": "1"}},
    }
    shown = capsys.readouterr().out
    assert "0.00 USD an hour" in shown and "t1000 answers" in shown and TOKEN not in shown


def test_what_hosting_costs_is_shown_and_above_the_budget_nothing_is_asked(plane, capsys):
    with pytest.raises(costs.OverBudget, match="40.80 USD, above your budget of 3.00 USD"):
        foundry.deploy(TUNED, "t1000", kind="Standard")
    assert "1.70 USD an hour, asked or not; 24 hours 40.80 USD" in capsys.readouterr().out and not plane.asked
    foundry.deploy(TUNED, "t1000", kind="GlobalStandard", hours=2, budget_usd=3.4)
    assert "2 hours 3.40 USD" in capsys.readouterr().out and "t1000" in plane.there


@pytest.mark.parametrize("how, words", [({"kind": "Free"}, "kind is one of"), ({"hours": 25}, "after 24 hours")])
def test_what_foundry_does_not_offer_is_refused_before_it_is_asked(plane, how, words):
    with pytest.raises(ValueError, match=words):
        foundry.deploy(TUNED, "t1000", **how)
    assert not plane.asked


def test_deploying_again_makes_no_second_one_and_replaces_nothing(plane):
    foundry.deploy(TUNED, "t1000")
    foundry.deploy(TUNED, "t1000")
    assert [asked.line[:3] for asked in plane.asked].count("PUT") == 1
    with pytest.raises(helpers.BackendError, match=f"DeveloperTier deployment t1000 of {TUNED} already"):
        foundry.deploy(f"{TUNED}2", "t1000")
    with pytest.raises(helpers.BackendError, match="Choose another name"):
        foundry.deploy(TUNED, "t1000", kind="Standard", hours=0.5)
    assert [asked.line[:3] for asked in plane.asked].count("PUT") == 1


def test_the_list_says_what_an_hour_costs(plane):
    foundry.deploy(TUNED, "a", kind="Standard", hours=0.1)
    foundry.deploy(TUNED, "b")
    foundry.deploy(MINI, "base", kind="GlobalStandard", hours=0.1)
    table = foundry.deployments().set_index("name")
    assert table.usd_an_hour.to_dict() == {"a": 1.7, "b": 0.0, "base": 0.0}
    assert set(table.state) == {"Succeeded"} and table.model["b"] == TUNED


def test_deleting_waits_until_it_is_gone(plane, capsys):
    foundry.deploy(TUNED, "t1000")
    foundry.delete_deployment("t1000")
    assert not plane.there and "t1000 is gone" in capsys.readouterr().out
    assert plane.asked[-1].line == f"GET {PATH}/t1000"
    foundry.delete_deployment("t1000")  # 204: it was not there


def test_a_deployment_that_fails_is_said(plane):
    plane.ends = "Failed"
    with pytest.raises(helpers.BackendError, match="Foundry could not deploy it: Failed"):
        foundry.deploy(TUNED, "t1000")


def test_one_that_takes_too_long_is_left_with_a_warning(plane, monkeypatch):
    plane.ends = "Creating"
    monkeypatch.setattr(foundry, "MAX_WAIT_SECONDS", 0.05)
    with pytest.raises(helpers.BackendError, match="still works on t1000.*it may cost already"):
        foundry.deploy(TUNED, "t1000")


def test_passing_faults_are_survived_and_others_said(plane):
    plane.faults = [(503, None), (429, None)]
    foundry.deploy(TUNED, "t1000")
    assert list(plane.there) == ["t1000"]
    plane.faults = [(403, {"error": {"code": "AuthorizationFailed", "message": "You have no authorization."}})]
    with pytest.raises(helpers.BackendError, match="status 403: You have no auth.* You need the role Foundry Owner"):
        foundry.deployments()


def test_no_answer_no_sign_in_no_package_and_no_settings_are_one_sentence_each(plane, monkeypatch):
    def not_signed_in(scope):
        raise SignInFailed("a page of text")

    monkeypatch.setattr(foundry, "MANAGEMENT", "http://127.0.0.1:9")
    with pytest.raises(helpers.BackendError, match="No answer from http://127.0.0.1:9"):
        foundry.deployments()
    sign_in(monkeypatch, not_signed_in)
    with pytest.raises(helpers.BackendError, match="Run az login"):
        foundry.deployments()
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(helpers.BackendError, match="pip install azure-identity"):
        foundry.deployments()
    monkeypatch.delenv("AZURE_RESOURCE_GROUP")
    with pytest.raises(helpers.BackendError, match="variables AZURE_RESOURCE_GROUP; see the portal"):
        foundry.deployments()


@pytest.fixture
def desk(monkeypatch):
    """OpenAI's API at the v1 address of a resource, whose files must be read through before a job may name them."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    server = FaultyServer(prefix="/openai/v1")
    server.told = {}
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url.removesuffix("/openai/v1"))
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "the key of the desk")
    return server


def test_the_same_calls_train_at_foundry(desk, a_day, tmp_path, capsys):
    chosen = helpers.use("azure")
    assert chosen.name == "azure" and chosen.base_url.endswith("/openai/v1/") and chosen.paid
    assert os.environ["OPENAI_API_KEY"] not in capsys.readouterr().out
    client = openai.OpenAI()
    question = [{"role": "user", "content": "How long?"}]
    path = tmp_path / "train.jsonl"
    write_jsonl(
        path, [{"messages": [*question, {"role": "assistant", "content": str(n)}]} for n in range(10)], bom=True
    )
    file = jobs.upload_once(client, path)
    assert desk.contents[file.id].startswith(BOM)
    job = jobs.train_once(
        client,
        model=chosen.base_model,
        training_file=file.id,
        budget_usd=chosen.budget_usd,
        extra_body=foundry.TRAINING,
    )
    assert desk.bodies[-1]["trainingType"] == "GlobalStandard"
    assert progress.follow(client, job.id, 0.01).status == "succeeded"
    desk.models["t1000"] = {"id": "t1000"}  # deployed
    assert compare.ask(client, "t1000", question)["answer"] == "Two years."


def test_a_file_is_waited_for_until_foundry_has_read_it(desk, tmp_path, monkeypatch):
    helpers.use("azure")
    states = iter(["pending", "running", "processed"])
    monkeypatch.setattr(desk, "file", lambda id, **_: desk.files[id] | {"status": next(states)})
    monkeypatch.setattr(desk, "new_status", "pending")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"{}\n")
    assert jobs.upload_once(openai.OpenAI(), path).status == "processed"


@pytest.mark.parametrize("beyond", ["", "/", "/openai", "/openai/", "/openai/v1/ ", "/?api-version=v1"])
@pytest.mark.parametrize("more", ["", "/openai/v1/chat/completions", "/openai/deployments/desk?api-version=2024-10-21"])
def test_the_portals_address_becomes_the_v1_address(beyond, more):
    from helpers.backends.azure_account import v1_address

    assert v1_address(f" https://desk.openai.azure.com{more or beyond}") == "https://desk.openai.azure.com/openai/v1/"
    with pytest.raises(helpers.BackendError, match="is not an address") as caught:
        v1_address("my-secret-key")
    assert "my-secret-key" not in str(caught.value)


def test_an_address_without_the_api_is_said(desk, monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", os.environ["AZURE_OPENAI_ENDPOINT"] + "/wrong")
    with pytest.raises(helpers.BackendError, match="Foundry at .*/wrong/openai/v1/"):
        helpers.use("azure")


def test_azure_without_a_key_or_with_a_wrong_one(desk, monkeypatch):
    desk.permission = lambda line: WRONG_KEY
    with pytest.raises(helpers.BackendError, match="Foundry at .*The key was not accepted.*AZURE_OPENAI_API_KEY"):
        helpers.use("azure")
    monkeypatch.delenv("AZURE_OPENAI_API_KEY")
    with pytest.raises(helpers.BackendError, match="AZURE_OPENAI_ENDPOINT and its key into AZURE_OPENAI_API_KEY"):
        helpers.use("azure")


def test_a_tuned_model_of_foundry_has_its_bases_price(a_day):
    assert prices.price(TUNED).training == 5
