"""The local server: found if it runs, started if it does not."""

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import requests

from .. import shipped_model
from ..paths import CACHE, ROOT
from .backend import Backend, BackendError, Connection, get_json

LOCAL_PORT = 8017
INSTALL = "python -m uv pip install --torch-backend auto -r requirements-local.txt -c constraints.txt"
# Where the server kept files, jobs and models while it was a part of the course.
EARLIER_STORE = Path(os.environ.get("COURSE_CACHE") or Path.home() / ".cache" / "fine-tuning-course") / "store"


def connect(model: str | None) -> Connection:
    """The connection to the server on this machine. `model` is what it shall run; it may run already.

    Raises BackendError if the server cannot be started or used, or runs another model.
    """
    about = about_server(LOCAL_PORT)
    if not about:
        options = ["--model", model] if model else []
        options += shipped_model.server_options(model)
        options += ["--store", str(EARLIER_STORE)] if EARLIER_STORE.is_dir() else []
        _, about = start_server(*options, port=LOCAL_PORT, log=CACHE / "server.log")
    if model and about["base_model"] != Path(model).name:
        raise BackendError(
            f"The local server runs {about['base_model']}, not {model}. Stop it first, then run this again."
        )
    return connection(LOCAL_PORT, about)


def connection(port: int, about: dict) -> Connection:
    """The connection to a server that runs on this port and says this of itself."""
    says = (
        f"{about['base_model']} answers and trains on this machine ({about['device']}). "
        "Free; training takes minutes of your processor."
    )
    backend = Backend("local", f"http://127.0.0.1:{port}/v1", about["base_model"], 5.0, paid=False)
    return Connection(backend, os.environ.get("LOCAL_API_TOKEN") or "local", says)


def about_server(port: int) -> dict | None:
    """What the server on this port says of itself; None if nothing listens there, or it is not ready.

    Raises BackendError if the server wants a token that it did not get, or if something else listens there.
    """
    try:
        about = get_json(f"http://127.0.0.1:{port}/", os.environ.get("LOCAL_API_TOKEN"))
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else None
        if status == 503:
            return None
        if status == 401:
            raise BackendError(
                f"The server at port {port} demands its token. Set LOCAL_API_TOKEN to it before you start."
            ) from None
        about = {}
    except requests.ConnectionError:
        return None
    except ValueError:
        about = {}
    if "base_model" not in about:
        raise BackendError(
            f"Port {port} is taken by something that is not the local server. Stop it, or start the server on "
            'another port (finetune-server --port 8018) and use("http://127.0.0.1:8018/v1").'
        )
    return about


def start_server(
    *options: str, port: int, log: Path | None = None, seconds: float = 600
) -> tuple[subprocess.Popen, dict]:
    """Start the server as a process of its own and wait until it is ready: the process, and what it says of itself.

    With `log`, the server writes there and outlives this program. Without, its errors are shown here, and Ctrl+C
    ends it, too. Raises BackendError if it is not installed, ends, or is not ready after so many seconds.
    """
    if not find_spec("finetune_server"):
        raise BackendError(f"The local server is not installed. Install it: {INSTALL}")
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
    with open(log or os.devnull, "w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "finetune_server", "--port", str(port), *options],
            cwd=ROOT,
            stdout=output,
            stderr=output if log else None,
            start_new_session=bool(log),
        )
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise BackendError(f"The local server did not start: {_reason(log)}")
            if about := about_server(port):
                return process, about
            time.sleep(0.5)
        log_is = f"; its log is {log}" if log else ""
        raise BackendError(f"The local server was not ready after {seconds:.0f} seconds{log_is}.")
    except BaseException:
        process.terminate()
        raise


def _reason(log: Path | None) -> str:
    """The last line that a server wrote, with the way to install what it lacks."""
    if not log:
        return "the reason is above."
    said = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it wrote nothing"])[-1]
    return f"{said}\nInstall it: {INSTALL}" if "finetune-server[train]" in said else said
