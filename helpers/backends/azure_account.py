"""Microsoft Foundry (Azure OpenAI) by its v1 address, where plain `OpenAI()` works.

Written from Microsoft's documentation, as `helpers.extras.foundry`, and never run against the real service: the
tests know the addresses and headers only from there. Source: github.com/MicrosoftDocs/azure-ai-docs,
articles/foundry/includes/, fine-tuning-python-client.md and fine-tuning-direct-preference-optimization-job.md, both
of 2026-10-07.
"""

import openai
from openai import OpenAI

from ..api_errors import explain
from .backend import TRAINING_BUDGET_USD, Backend, BackendError, Connection, find_key
from .openai_account import OPENAI_MODEL


def connect(model: str | None) -> Connection:
    """The reader's resource. `model` is the base model's name, as at OpenAI. Raises BackendError."""
    endpoint, key = find_key("AZURE_OPENAI_ENDPOINT"), find_key("AZURE_OPENAI_API_KEY")
    if not endpoint or not key:
        raise BackendError(
            "Put your resource's address (https://RESOURCE.openai.azure.com) into the environment variable "
            'AZURE_OPENAI_ENDPOINT and its key into AZURE_OPENAI_API_KEY, or stay with use("replay"), which needs none.'
        )
    url, model = v1_address(endpoint), model or OPENAI_MODEL
    try:
        OpenAI(base_url=url, api_key=key, max_retries=1, timeout=20).models.list()
    except (openai.AuthenticationError, openai.APIConnectionError, openai.NotFoundError) as error:
        raise BackendError(f"Microsoft Foundry at {url}: {explain(error)}") from None
    except openai.APIStatusError as error:
        print(f"Microsoft Foundry did not list its models. {explain(error)}")
    says = (
        f"Microsoft Foundry answers with your key, {model}. Training, answers and hours of a deployment cost money; "
        f"the default budget of a training is {TRAINING_BUDGET_USD:.2f} USD, estimated by OpenAI's price.\n"
        "A model answers once it is deployed: helpers.extras.foundry deploys a tuned one and says what an hour costs."
    )
    return Connection(Backend("azure", url, model, 15.0, paid=True), key, says)


def v1_address(endpoint: str) -> str:
    """The address that speaks OpenAI's API, from the one that the portal shows, or from one of its requests."""
    address = endpoint.strip().partition("/openai/")[0].partition("?")[0].rstrip("/").removesuffix("/openai")
    if not address.startswith(("https://", "http://")):
        raise BackendError(
            "AZURE_OPENAI_ENDPOINT is not an address (it is not shown, as it may be your key). An address looks like "
            "https://RESOURCE.openai.azure.com."
        )
    return f"{address}/openai/v1/"
