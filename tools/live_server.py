"""The backend that lessons are recorded against: a local server with a store of its own."""

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from helpers import shipped_model
from helpers.backends import local
from helpers.backends.backend import BackendError, Connection
from helpers.paths import CACHE

STORE = CACHE / "recording"


@contextlib.contextmanager
def live_backend(fresh: bool) -> Iterator[Connection]:
    """The connection to record through; `fresh` starts the server with an empty store.

    The server takes in the course's trained model, so that a later lesson can be recorded without lesson 3's hours.
    Raises BackendError if the server or its store cannot be used.
    """
    if fresh:
        empty(STORE)
    model = os.environ.get("COURSE_BASE_MODEL")
    with local_server(STORE, model, *shipped_model.server_options(model)) as connection:
        yield connection


def empty(store: Path) -> None:
    """Delete a store. Raises BackendError if that fails: a job that is left would be found and not trained again."""
    try:
        shutil.rmtree(store)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BackendError(
            f"The store {store} could not be emptied ({error}). Stop what uses it and delete it; nothing was recorded."
        ) from None


@contextlib.contextmanager
def local_server(store: Path, model: str | None = None, *more: str) -> Iterator[Connection]:
    """The connection to a local server on a free port, which ends with the block; `more` are options of its command.

    Raises BackendError.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--store", str(store), *(["--model", model] if model else []), *more]
    server, about = local.start_server(*options, port=port)
    try:
        yield local.connection(port, about)
    finally:
        server.terminate()
        server.wait(30)
