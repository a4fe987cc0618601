"""Microsoft Foundry's own step: a tuned model answers once it is deployed, and a deployment may cost by the hour.

    foundry.deploy(job.fine_tuned_model, "t1000")        # then ask the model "t1000"
    foundry.deployments()
    foundry.delete_deployment("t1000")

Never run against the real service: written from Microsoft's pages, and tested against a fake of exactly these requests.
Sources, all in github.com/MicrosoftDocs/azure-ai-docs, under articles/:
- foundry-classic/openai/how-to/fine-tune-test.md (2025-09-30): address, body, version, developer tier
- foundry/openai/how-to/fine-tuning-deploy.md (2026-02-11): the same address and body, version 2024-10-21, capacity 1
- foundry/foundry-models/includes/concepts-deployment-types-content.md (2026-05-08): names of the kinds
- foundry/includes/fine-tune-supported-models.md (2026-10-06): the kinds that a model may have
- foundry/includes/fine-tuning-foundry.md, foundry/openai/how-to/fine-tuning.md (2026-10-05): the portal, and roles
- foundry/openai/includes/how-to-fine-tuning-cost-management-content.md (2026-03-19: hours; 2026-10-05: no amounts)

The answers' shapes are those of github.com/Azure/azure-rest-api-specs, Microsoft.CognitiveServices 2024-10-01,
Put-, Get-, List- and DeleteDeployment.json. The page of 2026-10-07 shows this step in the portal only.
Not known: whether Foundry keeps a job's metadata, by which `jobs.train_once` knows a job again; its specification
lists it.
"""

import time
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from .. import costs
from ..backends.backend import TRAINING_BUDGET_USD, BackendError, find_key

# For `extra_body` of a job. Microsoft recommends Global Standard and spells it like this for the v1 address. Developer
# training is cheaper, but may be interrupted; older pages write "Developer", others and the SDK's tests
# "developerTier".
TRAINING = {"trainingType": "GlobalStandard"}
SKUS = {"Developer": "DeveloperTier", "Standard": "Standard", "GlobalStandard": "GlobalStandard"}
CAPACITY = 50  # thousands of tokens a minute, as in Microsoft's example
MANAGEMENT = "https://management.azure.com"
API_VERSION = "2025-07-01-preview"  # the one that Microsoft's page on the developer tier names
POLL_SECONDS = 10.0
TRANSIENT = (429, 500, 502, 503, 504)  # statuses after which a request is repeated
BACKOFF_SECONDS = 0.5  # the first repetition comes at once, the second after 1 s, each later one after twice as long
MAX_WAIT_SECONDS = 1800.0


def deploy(
    model: str,
    name: str,
    *,
    kind: str = "Developer",
    hours: float = costs.DEVELOPER_HOURS,
    budget_usd: float = TRAINING_BUDGET_USD,
) -> None:
    """Make a tuned model answer under a name, and wait until it does. What it costs is shown first.

    `kind`: "Developer" (for gpt-4.1 models, not for gpt-4o) costs nothing by the hour and is removed after 24 hours;
    "Standard" and "GlobalStandard" cost until you delete them. `hours`: how long you mean to keep it. An existing
    deployment is never replaced. Raises costs.OverBudget above `budget_usd`, ValueError for an unknown kind, and
    BackendError.
    """
    if kind not in SKUS:
        raise ValueError(f"kind is one of {', '.join(SKUS)}, not {kind!r}.")
    usd = costs.hosting_usd(hours, kind)
    print(
        f"{name}: a {kind} deployment costs {costs.FOUNDRY_HOUR[kind]:.2f} USD an hour, asked or not; "
        f"{hours:g} hours {usd:.2f} USD. Tokens come on top. Budget: {budget_usd:.2f} USD."
    )
    costs.check_budget(usd, budget_usd)
    if there := _find(name):
        other, sku = there["properties"]["model"]["name"], there["sku"]["name"]
        if (other, sku.lower()) != (model, SKUS[kind].lower()):
            raise BackendError(f"There is a {sku} deployment {name} of {other} already. Choose another name.")
    else:
        properties = {"model": {"format": "OpenAI", "name": model, "version": "1"}}
        _ask("PUT", _address(name), {"sku": {"name": SKUS[kind], "capacity": CAPACITY}, "properties": properties})
    _wait(name, _answers)
    print(f'{name} answers. Delete it when you are done: foundry.delete_deployment("{name}").')


def delete_deployment(name: str) -> None:
    """Delete a deployment and wait until it costs nothing more. The tuned model stays. Raises BackendError."""
    _ask("DELETE", _address(name))
    _wait(name, lambda found: not found)
    print(f"{name} is gone. The model stays and can be deployed again.")


def deployments() -> pd.DataFrame:
    """All deployments of the resource: name, model, kind, state, usd_an_hour (NaN if unknown). Raises BackendError."""
    hourly = {sku.lower(): costs.FOUNDRY_HOUR[kind] for kind, sku in SKUS.items()}
    rows, page = [], _address()
    while page:
        answer = _ask("GET", page)
        for found in answer["value"]:
            model, sku = found["properties"]["model"]["name"], found["sku"]["name"]
            hour = hourly.get(sku.lower(), float("nan")) if ".ft-" in model else 0.0  # base models are billed by token
            rows.append((found["name"], model, sku, found["properties"]["provisioningState"], hour))
        page = answer.get("nextLink")
    return pd.DataFrame(rows, columns=["name", "model", "kind", "state", "usd_an_hour"])


def _find(name: str) -> dict:
    return _ask("GET", _address(name), may_be_missing=True)


def _answers(found: dict) -> bool:
    state = found and found["properties"]["provisioningState"]
    if state in ("Failed", "Canceled"):
        raise BackendError(f"Foundry could not deploy it: {state}. Delete it, check model and quota, try again.")
    return state == "Succeeded"


def _wait(name: str, reached: Callable[[dict], bool]) -> None:
    """Look at the deployment until `reached` is true of it. Raises BackendError after half an hour."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while not reached(_find(name)):
        if time.monotonic() > deadline:
            raise BackendError(f"Foundry still works on {name}. Look at foundry.deployments(): it may cost already.")
        time.sleep(POLL_SECONDS)


def _address(name: str = "") -> str:
    """The address of a deployment, or of all deployments. Raises BackendError if a variable is missing."""
    needed = ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_OPENAI_ENDPOINT")
    subscription, group, endpoint = given = [find_key(variable) or "" for variable in needed]
    if missing := [variable for variable, value in zip(needed, given, strict=True) if not value]:
        raise BackendError(f"Deploying needs the environment variables {', '.join(missing)}; see the portal.")
    resource = urlsplit(endpoint).netloc.split(".")[0]  # the first part of the address is the resource's name
    account = f"resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{resource}"
    path = f"subscriptions/{subscription}/{account}/deployments/{quote(name, safe='')}".rstrip("/")
    return f"{MANAGEMENT}/{path}?api-version={API_VERSION}"


def _ask(method: str, address: str, body: dict | None = None, may_be_missing: bool = False) -> dict:
    """The management plane's answer, {} if it is empty. GET, PUT and DELETE may be repeated after transient errors."""
    session = requests.Session()
    again = Retry(total=4, backoff_factor=BACKOFF_SECONDS, status_forcelist=TRANSIENT, raise_on_status=False)
    session.mount(MANAGEMENT, HTTPAdapter(max_retries=again))
    try:
        reply = session.request(method, address, json=body, headers={"Authorization": f"Bearer {_token()}"}, timeout=60)
    except requests.RequestException as error:
        why = type(error).__name__
        raise BackendError(f"No answer from {MANAGEMENT} ({why}). Check the network, then run this again.") from None
    if reply.status_code == 404 and may_be_missing:
        return {}
    if not reply.ok:
        raise BackendError(f"Microsoft refused this with status {reply.status_code}: {_message(reply)}")
    return reply.json() if reply.content else {}


def _message(reply: requests.Response) -> str:
    try:
        says = reply.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        says = reply.reason
    if reply.status_code in (401, 403):
        says += " You need the role Foundry Owner, or the right Microsoft.CognitiveServices/accounts/deployments/write."
    return says


def _token() -> str:
    try:
        # Few deploy, and only they install these.
        from azure.core.exceptions import ClientAuthenticationError  # pyright: ignore[reportMissingImports]
        from azure.identity import DefaultAzureCredential  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise BackendError("Deploying needs a sign-in. Run: pip install azure-identity, then az login.") from None
    try:
        return DefaultAzureCredential().get_token(f"{MANAGEMENT}/.default").token
    except ClientAuthenticationError:
        raise BackendError("Microsoft did not sign you in. Run az login, then this cell again.") from None
