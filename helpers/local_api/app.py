"""The server: OpenAI's files, fine-tuning, models and chat routes over one store."""

import os
import platform
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from python_multipart.exceptions import FormParserError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from . import catalog, files, jobs
from .errors import ApiError, storage_error
from .guard import Guard
from .intact import BrokenStore
from .loading import Later, best_device
from .store import Store
from .weights import weights_sha256
from .worker import Worker

SERVICE = "fine-tuning API on this machine"


def build(
    store_folder: Path, model_folder: Path, base_model: str, token: str | None = None, device: str | None = None
) -> Starlette:
    """The application. With a `token` every call must carry it as its key; `device` is the best present by default.

    Raises BrokenStore if the store is damaged or another server uses it. What answers and
    trains is loaded meanwhile; `app.state.rest` has it, or the exception that hindered it.
    """
    store = Store(store_folder)
    worker = Worker(store, model_folder, base_model)
    about = {
        "service": SERVICE,
        "base_model": base_model,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "transformers", "peft", "openai")},
        },
    }

    def load() -> Router:
        digest = ThreadPoolExecutor(1).submit(weights_sha256, model_folder)  # the other core has time for it
        from transformers.utils.logging import disable_progress_bar

        from . import chat, generate, responses

        disable_progress_bar()  # it would wait forever if its output could not be written
        about["device"] = device or best_device()
        about["weights_sha256"] = digest.result()
        models = generate.Models(model_folder, base_model, store, about["device"])
        models.start()
        worker.start(about["device"])
        return Router([*chat.routes(store, models), *responses.routes(store, models)])

    rest = Later(load)

    async def show_about(request: Request) -> Response:
        if not rest.ready:
            raise ApiError(503, "The model is still being loaded. Ask again in a few seconds.", code="loading")
        return JSONResponse(about)

    # Each takes the exception of its key.
    handlers: dict[type[Exception], Callable[..., Response]] = {
        ApiError: lambda _, error: error.response(),
        OSError: lambda _, error: storage_error(error).response(),
        sqlite3.Error: lambda _, error: storage_error(error).response(),
        BrokenStore: lambda _, error: ApiError(500, str(error), code="broken_store").response(),
        ClientDisconnect: lambda *_: ApiError(400, "The request ended before its body was complete.").response(),
        FormParserError: lambda _, error: ApiError(400, f"The form cannot be read: {error}").response(),
        HTTPException: refused,
        Exception: server_error,
    }
    app = Starlette(
        routes=[
            Route("/", show_about),
            *files.routes(store),
            *jobs.routes(store, worker, base_model),
            *catalog.routes(store, base_model, int(time.time())),
        ],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers=handlers,
    )
    app.router.default = rest
    app.state.rest = rest.made
    return app


def refused(request: Request, error: HTTPException) -> Response:
    if error.status_code in (404, 405):
        message = f"This server has no route {request.method} {request.url.path}"
        return ApiError(error.status_code, message, code="unknown_url").response()
    return ApiError(error.status_code, error.detail).response()


def server_error(request: Request, error: Exception) -> Response:
    return ApiError(500, f"The server failed: {type(error).__name__}: {error}").response()
