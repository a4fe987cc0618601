"""What all places share: the record that `helpers.use` returns, its error, and the reader's own keys."""

import http.client
import json
import os
import re
import sys
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

BUDGET_USD = 3.00  # what a training may cost where it costs, unless the reader says otherwise

KEY = re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")  # what OpenAI's keys look like

_own_keys = {name: os.environ.get(name) for name in ("OPENAI_API_KEY", "COURSE_API_KEY")}  # before `use` sets them


class BackendError(RuntimeError):
    """The chosen place cannot be used; the message says what to do."""


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
        """The default budget of a training, for `jobs.train_once`; None where training is free."""
        return BUDGET_USD if self.paid else None


def find_key(name: str) -> str | None:
    """The reader's own key or address: the environment as it was at the start, then Colab's secrets."""
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
    """What an address answers. Raises URLError, or ValueError where that is not JSON or not even HTTP."""
    request = urllib.request.Request(url)
    if key:
        request.add_unredirected_header("Authorization", f"Bearer {key}")  # another host has no business with it
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise ValueError(f"{url} does not answer as an API does ({type(error).__name__})") from None
