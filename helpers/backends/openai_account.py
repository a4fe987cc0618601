"""OpenAI itself. Asks what the account may do before anything costs money, and without creating a job."""

import openai
from openai import OpenAI
from openai.types import Model

from .. import prices
from ..api_errors import explain
from .backend import TRAINING_BUDGET_USD, Backend, BackendError, Connection, find_key

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4.1-mini-2025-04-14"
WHO_MAY_TRAIN = (
    "Training is closed to organizations that never fine-tuned (since 2026-05-07) or asked no fine-tuned model in the "
    "past 60 days (since 2026-07-02), and from 2027-01-06 to all (OpenAI's deprecations page, read on 2026-11-21)"
)


def connect(wanted: str | None) -> Connection:
    """The reader's account. `wanted` is the model to tune; if it is None, one is chosen. Raises BackendError."""
    key = find_key("OPENAI_API_KEY")
    if not key:
        raise BackendError(
            "No key: put yours into the environment variable OPENAI_API_KEY before you start (in Colab: the key "
            'symbol on the left, name OPENAI_API_KEY), or stay with use("replay"), which needs none.'
        )
    client = OpenAI(base_url=OPENAI_URL, api_key=key, max_retries=1, timeout=20)
    try:
        models = {model.id: model for model in client.models.list()}
        names = set(models)
        model = choose(wanted, names)
        about = f"Base model: {model}, {_shutdown(models[model])}. {_others(model, names)}"
        tuned = f"; the account lists {sum(name.startswith('ft:') for name in names)} fine-tuned models."
    except (openai.AuthenticationError, openai.APIConnectionError) as error:
        raise BackendError(f"OpenAI: {explain(error)}") from None
    except openai.APIStatusError as error:
        model, tuned = wanted or OPENAI_MODEL, "."
        about = f"Base model: {model}; OpenAI did not say whether the account has it. {explain(error)}"
    says = (
        f"OpenAI answers with your key. Training and answers cost money; the default budget of a training is "
        f"{TRAINING_BUDGET_USD:.2f} USD.\n{about}\n{WHO_MAY_TRAIN}{tuned}"
    )
    return Connection(Backend("openai", OPENAI_URL, model, 15.0, paid=True), key, says)


def choose(wanted: str | None, names: set[str]) -> str:
    """The model to tune among the account's models, `names`. Raises BackendError if there is none."""
    tunable = _tunable(names)
    if wanted and wanted not in names:
        offers = ", ".join(tunable) or "none that can be tuned"
        raise BackendError(f"OpenAI does not offer {wanted} to this account; it offers: {offers}.")
    if not wanted and not tunable:
        raise BackendError(
            'OpenAI offers this account no model that can be tuned. Go on with use("local"), which trains on your '
            'machine, or use("replay").'
        )
    return wanted or (OPENAI_MODEL if OPENAI_MODEL in tunable else tunable[0])


def _tunable(names: set[str]) -> list[str]:
    """The models of `names` whose training has a price, the cheapest first."""
    known = prices.table().dropna(subset="training").sort_values("training").model.unique()
    return [name for name in known if name in names]


def _others(model: str, names: set[str]) -> str:
    others = [name for name in _tunable(names) if name != model]
    return f"Others that can be tuned: {', '.join(others)}." if others else "No other can be tuned."


def _shutdown(model: Model) -> str:
    """OpenAI's date if it names one, else the one of `data/prices.csv` with its source."""
    if day := getattr(model, "shutdown_date", None):  # SDK 2 has no such field, but keeps what it was sent
        return f"which shuts down on {day}"
    known = prices.table().dropna(subset="retires")
    if model.id not in known.model.values:
        return "with no shutdown date"
    last = known[known.model == model.id].iloc[-1]
    return f"with no shutdown date from OpenAI ({last.retirement_source}: {last.retires.date()})"
