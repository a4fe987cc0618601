"""The live places a recording can be made against."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests

from ..paths import CACHE, ROOT
from ..places.account import OPENAI_MODEL, OPENAI_URL
from ..places.base import BackendError


@dataclass(frozen=True)
class Place:
    """`about` is what the server says of itself: weights, versions, device."""

    name: str
    base_url: str
    base_model: str
    key: str = field(repr=False)
    about: dict = field(default_factory=dict)


@contextlib.contextmanager
def live_place(name: str, fresh: bool) -> Iterator[Place]:
    """A place to record against; `fresh` starts the local server with an empty store."""
    if name == "openai":
        key = os.environ.get("OPENAI_API_KEY")
        if not key:
            raise BackendError("Recording against OpenAI needs your key in the environment variable OPENAI_API_KEY.")
        yield Place("openai", OPENAI_URL, os.environ.get("COURSE_BASE_MODEL", OPENAI_MODEL), key)
    elif name == "local":
        store = CACHE / "recording"
        if fresh:
            shutil.rmtree(store, ignore_errors=True)
        with local_server(store, os.environ.get("COURSE_BASE_MODEL")) as (address, about):
            yield Place("local", f"{address}/v1", about["base_model"], "local", about)
    else:
        raise BackendError(f'Record against "local" or "openai", not {name!r}.')


@contextlib.contextmanager
def local_server(store: Path, model: str | None = None) -> Iterator[tuple[str, dict]]:
    """A local API of our own on a free port: its address, and what it says of itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "helpers.local_api", "--port", str(port), "--store", str(store)]
    command += ["--model", model] if model else []
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        yield address, _wait_for(server, address)
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(server: subprocess.Popen, address: str) -> dict:
    while server.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if (reply := requests.get(address, timeout=10)).ok:
                return reply.json()
        time.sleep(0.5)
    raise BackendError("The local API did not start; its reason stands above.")
