"""The local API on this machine: found if it runs, started if it does not."""

import os
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

from ..paths import CACHE, ROOT
from .base import Backend, BackendError, get_json

LOCAL_PORT = 8017


def ready(model: str | None) -> tuple[Backend, str, str]:
    """The place, its key, and what answers there. `model` is what the server shall run; it may run already."""
    about = about_server() or _start(model)
    if model and about["base_model"] != Path(model).name:
        raise BackendError(
            f"The local server runs {about['base_model']}, not {model}. Stop it first, then run this again."
        )
    says = (
        f"{about['base_model']} answers and trains on this machine ({about['device']}). "
        "Free; training takes minutes of your processor."
    )
    key = os.environ.get("LOCAL_API_TOKEN") or "local"
    return Backend("local", f"http://127.0.0.1:{LOCAL_PORT}/v1", about["base_model"], 5.0, paid=False), key, says


def about_server() -> dict | None:
    """What the local server says of itself; None if nothing listens on its port, or is not ready."""
    try:
        about = get_json(f"http://127.0.0.1:{LOCAL_PORT}/", os.environ.get("LOCAL_API_TOKEN"))
    except urllib.error.URLError as error:
        if not isinstance(error, urllib.error.HTTPError) or error.code == 503:
            return None
        if error.code == 401:
            raise BackendError(
                f"The server at port {LOCAL_PORT} demands its token. Set LOCAL_API_TOKEN to it before you start."
            ) from None
        about = {}
    except ValueError:
        about = {}
    if "base_model" not in about:
        raise BackendError(
            f"Port {LOCAL_PORT} is taken by something that is not the local API. Stop it, or start the local API on "
            'another port (python -m helpers.local_api --port 8018) and use("http://127.0.0.1:8018/v1").'
        )
    return about


def _start(model: str | None, seconds: float = 600) -> dict:
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
        if about := about_server():
            return about
        time.sleep(0.5)
    process.terminate()
    raise BackendError(f"The local API was not ready after {seconds:.0f} seconds; it wrote {log_path}.")
