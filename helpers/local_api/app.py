"""The server: OpenAI's files, fine-tuning, models and chat routes over one store."""

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from transformers.utils.logging import disable_progress_bar

from . import catalog, chat, files, jobs, responses
from .errors import ApiError, storage_error
from .generate import Models
from .guard import Guard
from .intact import BrokenStore
from .store import Store
from .weights import weights_sha256
from .worker import Worker

SERVICE = "fine-tuning API on this machine"


def build(
    store_folder: Path, model_folder: Path, base_model: str, token: str | None = None, device: str = "cpu"
) -> Starlette:
    """The application, its threads running. With a `token` every call must carry it as its key.

    Raises BrokenStore if the store is damaged or another server uses it.
    """
    disable_progress_bar()  # it would wait forever if its output could not be written
    store = Store(store_folder)
    models = Models(model_folder, base_model, store, device)
    worker = Worker(store, model_folder, base_model, device)
    for part in (models, worker):
        part.start()
    started = int(time.time())
    about = {
        "service": SERVICE, "base_model": base_model, "weights_sha256": weights_sha256(model_folder),
        "device": device, "cores": os.cpu_count(), "machine": platform.machine(),
        "versions": {"python": platform.python_version(),
                     **{name: version(name) for name in ("torch", "transformers", "peft", "openai")}},
    }  # fmt: skip

    async def show_about(request: Request) -> Response:
        return JSONResponse(about)

    return Starlette(
        routes=[Route("/", show_about), *files.routes(store), *jobs.routes(store, worker, base_model),
                *catalog.routes(store, models, started), *chat.routes(store, models),
                *responses.routes(store, models)],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={
            ApiError: lambda _, error: error.response(),
            OSError: lambda _, error: storage_error(error).response(),
            sqlite3.Error: lambda _, error: storage_error(error).response(),
            BrokenStore: lambda _, error: ApiError(500, str(error), code="broken_store").response(),
            ClientDisconnect: lambda *_: ApiError(400, "The request ended before its body was complete.").response(),
            HTTPException: refused, Exception: server_error,
        },
    )  # fmt: skip


def refused(request: Request, error: HTTPException) -> Response:
    if error.status_code in (404, 405):
        message = f"This server has no route {request.method} {request.url.path}"
        return ApiError(error.status_code, message, code="unknown_url").response()
    return ApiError(error.status_code, error.detail).response()


def server_error(request: Request, error: Exception) -> Response:
    return ApiError(500, f"The server failed: {type(error).__name__}: {error}").response()
