"""What all backends share: the record that `helpers.use` returns, the error, the reader's own keys, and one GET."""

import os
import re
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ProtocolError

TRAINING_BUDGET_USD = 3.00  # the most that one training may cost, unless the reader says otherwise
TIMEOUT_SECONDS = 10.0  # of one GET

KEY = re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")  # what OpenAI's keys look like

_own_keys: dict[str, str | None] = {}  # the reader's OPENAI_API_KEY, once `use` has put another into the environment


class BackendError(RuntimeError):
    """The chosen backend cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Backend:
    """Where the cells' requests go. `poll_seconds` is the pause between two looks at a job."""

    name: str
    base_url: str
    base_model: str
    poll_seconds: float
    paid: bool

    def __repr__(self) -> str:
        return f"Backend({self.name!r}, base_model={self.base_model!r})"

    @property
    def budget_usd(self) -> float | None:
        """The default budget of a training, for `jobs.train_once`; None if training is free."""
        return TRAINING_BUDGET_USD if self.paid else None


@dataclass(frozen=True)
class Connection:
    """A backend that is ready, the key for it, and a sentence on what answers there and what it costs."""

    backend: Backend
    key: str = field(repr=False)
    says: str


def point_openai_at(connection: Connection) -> None:
    """Let `OpenAI()` without arguments use this backend. The reader's own key is remembered the first time."""
    _own_keys.setdefault("OPENAI_API_KEY", os.environ.get("OPENAI_API_KEY"))
    os.environ.update(OPENAI_BASE_URL=connection.backend.base_url, OPENAI_API_KEY=connection.key)


def find_key(name: str) -> str | None:
    """The reader's own key or address with this name: from the environment, else from Colab's secrets."""
    own = _own_keys[name] if name in _own_keys else os.environ.get(name)
    if own or "google.colab" not in sys.modules:
        return own
    from google.colab import userdata  # pyright: ignore[reportMissingImports]  # only Colab has it

    try:
        return userdata.get(name)
    except (userdata.SecretNotFoundError, userdata.NotebookAccessError):
        return None


def on_this_machine(url: str) -> bool:
    """Whether an address is this machine's own, where asking costs nothing."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def get_json(url: str, key: str | None) -> dict:
    """The JSON that an address answers to a GET. A redirect to another host gets no key.

    Raises requests.HTTPError for a status of 400 or more, requests.ConnectionError where nothing listens, and
    ValueError where the answer is not JSON, not HTTP, or does not come in time.
    """
    with requests.Session() as session:
        session.trust_env = not on_this_machine(url)  # a proxy cannot reach this machine's own addresses
        if key:
            session.headers["Authorization"] = f"Bearer {key}"
        try:
            reply = session.get(url, timeout=TIMEOUT_SECONDS)
        except requests.ConnectionError as error:
            if isinstance(error.args[0], ProtocolError):
                raise ValueError(f"{url} does not answer as an API does ({error.args[0].args[-1]!r})") from None
            raise
        except requests.Timeout as error:
            raise ValueError(f"{url} does not answer as an API does ({type(error).__name__})") from None
    reply.raise_for_status()
    return reply.json()
