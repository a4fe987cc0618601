"""The server: OpenAI's files, fine-tuning, models and chat routes over one store."""

import os
import platform
import re
import secrets
import time
from importlib.metadata import version
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import catalog, chat, files, jobs, responses
from .errors import ApiError
from .generate import Models
from .store import Store
from .weights import weights_sha256
from .worker import Worker

SERVICE = "fine-tuning API on this machine"


def build(store_folder: Path, model_folder: Path, base_model: str, token: str | None = None) -> Starlette:
    """The application, its worker running. With a `token` every call must carry it as its key."""
    store = Store(store_folder)
    models = Models(model_folder, base_model, store)
    worker = Worker(store, model_folder)
    for thread in (models, worker):
        thread.start()
    started = int(time.time())
    about = {
        "service": SERVICE, "base_model": base_model, "weights_sha256": weights_sha256(model_folder),
        "device": "cpu", "cores": os.cpu_count(), "machine": platform.machine(),
        "versions": {"python": platform.python_version(),
                     **{name: version(name) for name in ("torch", "transformers", "peft", "openai")}},
    }  # fmt: skip

    async def show_about(request: Request) -> Response:
        return JSONResponse(about)

    return Starlette(
        routes=[Route("/", show_about), *files.routes(store), *jobs.routes(store, worker, base_model),
                *catalog.routes(store, models, started), *chat.routes(store, models),
                *responses.routes(store, models)],
        middleware=[Middleware(OpenAiPaths, token=token)],
        exception_handlers={ApiError: lambda _, error: error.response(), HTTPException: unknown_route,
                            Exception: server_error},
    )  # fmt: skip


class OpenAiPaths:
    """Accept OpenAI's and Azure's paths alike, and check the token where one is set."""

    def __init__(self, app, token: str | None):
        self.app, self.token = app, token

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope["path"] = re.sub(r"^(/openai(/v1)?|/v1)(?=/)", "", scope["path"])
            if self.token and not self._allowed(Request(scope)):
                return await ApiError(401, "Incorrect API key provided.", code="invalid_api_key").response()(
                    scope, receive, send
                )
        await self.app(scope, receive, send)

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get("api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), self.token.encode())


def unknown_route(request: Request, error: HTTPException) -> Response:
    path = request.url.path
    return ApiError(error.status_code, f"This server has no route {request.method} {path}", code="unknown_url").response()


def server_error(request: Request, error: Exception) -> Response:
    return ApiError(500, f"The server failed: {type(error).__name__}: {error}").response()
