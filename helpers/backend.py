"""Where the API lives: one line chooses, and from there on every cell is plain `openai`.

    import helpers
    backend = helpers.use("replay")      # or "local", "openai", or the address of a server
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .paths import CACHE, ROOT, TAPES

LOCAL_PORT = 8017
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4.1-mini-2025-04-14"
KEY = re.compile(r"sk-(proj-)?[A-Za-z0-9]{20}")  # what OpenAI's keys look like

_own_keys = {name: os.environ.get(name) for name in ("OPENAI_API_KEY", "COURSE_API_KEY")}


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


def use(place: str = "replay", *, lesson: str | None = None, base_model: str | None = None) -> Backend:
    """Make a place ready, point `OpenAI()` at it, and say in one line what will answer.

    `lesson` names the tape to replay ("03_train"); without it all tapes are played in order.
    `base_model` is needed only where an address offers several. The environment variable
    COURSE_PLACE goes before `place`. Raises BackendError.
    """
    _keep_loopback_off_proxies()
    place = os.environ.get("COURSE_PLACE") or place
    base_model = base_model or os.environ.get("COURSE_BASE_MODEL")
    if place == "replay":
        backend, key, says = _replay(lesson)
    elif place == "local":
        backend, key, says = _local(base_model)
    elif place == "openai":
        backend, key, says = _openai(base_model or OPENAI_MODEL)
    elif place.startswith(("http://", "https://")):
        backend, key, says = _address(place.rstrip("/"), base_model)
    else:
        raise BackendError(f'There is no place {place!r}. Choose "replay", "local", "openai" or an address (https://…).')
    os.environ.update(OPENAI_BASE_URL=backend.base_url, OPENAI_API_KEY=key)
    print(f"{backend.name}: {says}")
    return backend


def _replay(lesson: str | None) -> tuple[Backend, str, str]:
    from .replay.server import serve_in_thread, stub
    from .replay.tape import read_tape

    paths = [TAPES / f"{lesson}.jsonl"] if lesson else sorted(TAPES.glob("*.jsonl"))
    if not paths or not paths[0].exists():
        raise BackendError(f"There is no recording {lesson or ''} in {TAPES.name}/. Get the course again, or record it.")
    tapes = [read_tape(path) for path in paths]
    about = tapes[0][0]
    url = serve_in_thread(stub([exchange for _, exchanges in tapes for exchange in exchanges]))
    says = (f"answers recorded on {about['recorded'][:10]} from {about['base_model']} at the place "
            f"{about['against']!r}. Free, no key, no network.")  # fmt: skip
    return Backend("replay", url, about["base_model"], 0.02, paid=False), "replay", says


def _local(model: str | None) -> tuple[Backend, str, str]:
    about = _about_local() or _start_local(model)
    if model and about["base_model"] != Path(model).name:
        raise BackendError(f"The local server runs {about['base_model']}, not {model}. Stop it first, then run this again.")
    says = (f"{about['base_model']} answers and trains on this machine ({about['device']}). "
            "Free; training takes minutes of your processor.")  # fmt: skip
    key = os.environ.get("LOCAL_API_TOKEN") or "local"
    return Backend("local", f"http://127.0.0.1:{LOCAL_PORT}/v1", about["base_model"], 5.0, paid=False), key, says


def _about_local() -> dict | None:
    """What the local server says of itself; None if nothing listens on its port, or is not ready."""
    try:
        about = _get_json(f"http://127.0.0.1:{LOCAL_PORT}/", os.environ.get("LOCAL_API_TOKEN"))
    except urllib.error.URLError as error:
        if isinstance(error, urllib.error.HTTPError) and error.code != 503:
            about = {}
        else:
            return None
    except ValueError:
        about = {}
    if "base_model" not in about:
        raise BackendError(
            f"Port {LOCAL_PORT} is taken by something that is not the local API. Stop it, or start the local API on "
            'another port (python -m helpers.local_api --port 8018) and use("http://127.0.0.1:8018/v1").'
        )
    return about


def _start_local(model: str | None, seconds: float = 600) -> dict:
    """Start the local server as a process of its own, so that it outlives this notebook."""
    command = [sys.executable, "-m", "helpers.local_api", *(["--model", model] if model else [])]
    log_path = CACHE / "local_api.log"
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(log_path, "w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            last_line = (log_path.read_text().strip().splitlines() or ["it said nothing"])[-1]
            raise BackendError(f"The local API did not start: {last_line}")
        if about := _about_local():
            return about
        time.sleep(0.5)
    process.terminate()
    raise BackendError(f"The local API was not ready after {seconds:.0f} seconds; it wrote {log_path}.")


def _openai(model: str) -> tuple[Backend, str, str]:
    key = _find_key("OPENAI_API_KEY")
    if not key:
        raise BackendError(
            'No key: put yours into the environment variable OPENAI_API_KEY before you start (in Colab: the key '
            'symbol on the left, name OPENAI_API_KEY), or stay with use("replay"), which needs none.'
        )
    says = f"OpenAI answers with your key, {model}. Training and answers cost money; estimates come before."
    return Backend("openai", OPENAI_URL, model, 15.0, paid=True), key, says


def _address(url: str, model: str | None) -> tuple[Backend, str, str]:
    key = _find_key("COURSE_API_KEY") or "none"
    model = model or _only_model(url, key)
    local = url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    free = local or _is_course_server(url, key)
    paid = not free or "COURSE_PAID" in os.environ  # the recorder stands on this machine before a place that costs
    costs = "It may cost money" if paid else "Free"
    says = f"whatever serves there answers, {model}. {costs}; a key is read from COURSE_API_KEY."
    return Backend(url, url, model, 5.0 if local else 15.0, paid=paid), key, says


def _is_course_server(url: str, key: str) -> bool:
    """Whether the local API of this course serves there, on somebody's machine: a classroom shares one."""
    try:
        return "base_model" in _get_json(url.removesuffix("/v1") + "/", key)
    except (OSError, ValueError, TypeError):
        return False


def _only_model(url: str, key: str) -> str:
    try:
        names = [m["id"] for m in _get_json(f"{url}/models", key)["data"] if not m["id"].startswith("ft:")]
    except (urllib.error.URLError, ValueError, KeyError, TimeoutError) as error:
        raise BackendError(f"No API answers at {url} ({error}). Check the address, and that the server runs.") from None
    if len(names) != 1:
        some = ", ".join(names[:5]) or "none"
        raise BackendError(f'Say which model to train: use("{url}", base_model="…"). The server offers: {some}.')
    return names[0]


def _find_key(name: str) -> str | None:
    """The reader's own key: the environment as it was at the start, then Colab's secrets."""
    if _own_keys[name] or "google.colab" not in sys.modules:
        return _own_keys[name]
    from google.colab import userdata

    try:
        return userdata.get(name)
    except (userdata.SecretNotFoundError, userdata.NotebookAccessError):
        return None


def _get_json(url: str, key: str | None) -> dict:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def _keep_loopback_off_proxies() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [h for h in os.environ.get(name, "").split(",") if h]
        os.environ[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
