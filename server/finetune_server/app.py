"""The application: all routes over one store, and what is loaded in the background at the start."""

import asyncio
import os
import platform
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from .batches.batch_runner import BatchRunner
from .batches.in_process import post
from .cluster.cluster import Cluster
from .cluster.cluster_runner import ClusterRunner
from .export.exported_adapters import ExportedAdapters
from .model.device import best_device
from .model.download import weights_sha256
from .protocol.errors import ApiError
from .protocol.loopback import LOOPBACK
from .routes import (
    batches,
    checkpoint_permissions,
    exports,
    files,
    fine_tuning_jobs,
    models,
    monitoring,
    uploads,
    webhook_endpoints,
)
from .routes.access import CORS, AccessMiddleware
from .routes.answer_headers import AnswerHeadersMiddleware
from .routes.exception_handlers import EXCEPTION_HANDLERS
from .routes.query import strict
from .routes.watched_requests import WatchMiddleware
from .store.aliases import set_aliases
from .store.store import Store
from .training.adapter_folder import take_in
from .training.runner import JobRunner
from .webhooks.delivery import Courier

SERVICE = "fine-tuning API on this machine"


def build(
    store_folder: Path,
    model_folder: Path,
    base_model: str,
    token: str | None = None,
    device: str | None = None,
    adapters: Iterable[tuple[str, Path]] = (),
    aliases: Iterable[str] = (),
    webhook_hosts: Iterable[str] = (),
    database: str | None = None,
    files_url: str | None = None,
    cluster: Cluster | None = None,
    replicas: int = 0,
    shards: int = 1,
    export_adapters: Path | None = None,
) -> Starlette:
    """The application. With a `token` every call must carry it as its key; `device` is the best present by default.
    The `adapters`, names and folders, are taken in as tuned models; `aliases` are other names of the base model.
    Webhooks may call the `webhook_hosts`, and without a token this machine. The store's `database` is SQLite's in its
    folder, or PostgreSQL's at this address; its files are there, too, or at the `files_url`. Jobs train on the
    `cluster`, or else here; each spreads the model over so many `shards`, which are devices of one machine, and its
    adapter is exported into the folder `export_adapters`. So many `replicas` of the model answer on the cluster, or
    else this process.

    torch and the model are loaded in the background; `app.state.rest` is the Future of the routes that need them.
    Raises BrokenStore if the store is damaged or another server uses it, BadAdapter, BadAlias, and BadExportFolder.
    """
    store = Store(store_folder, database, files_url)
    set_aliases(store, base_model, list(aliases))
    for name, folder in adapters:
        take_in(store, model_folder, base_model, name, folder)
    own = (store, model_folder, base_model)
    exported = ExportedAdapters(*own, export_adapters)
    jobs = (*own, shards, exported.look_at)
    runner = ClusterRunner(*jobs, cluster) if cluster else JobRunner(*jobs)
    batch_runner = BatchRunner(store, base_model, lambda path, body: post(app, path, body, token))
    hosts = {*webhook_hosts, *(() if token else LOOPBACK)}
    courier = Courier(store, hosts)
    about = {
        "service": SERVICE,
        "base_model": base_model,
        "aliases": [*aliases],
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

        from .cluster.cluster_engine import ClusterEngine
        from .inference.grading_models import ask_models
        from .inference.local_engine import LocalEngine
        from .routes import chat_completions, graders, responses

        disable_progress_bar()  # it would wait forever if its output could not be written
        about["device"] = device or best_device()
        about["weights_sha256"] = digest.result()
        if cluster and replicas:
            engine = ClusterEngine(model_folder, base_model, store, cluster, replicas)
        else:
            engine = LocalEngine(model_folder, base_model, store.weights_folder, about["device"])
        engine.start()
        runner.start(about["device"], partial(ask_models, engine))
        routes = [*chat_completions.routes(store, engine), *responses.routes(store, engine)]
        routes += graders.routes(store, engine)
        return Router([strict(route) for route in routes])

    rest = BackgroundApp(load)

    async def show_about(request: Request) -> Response:
        if not rest.ready:
            raise ApiError(503, "The model is still being loaded. Ask again in a few seconds.", code="loading")
        return JSONResponse(about)

    routes = [
        Route("/", show_about),
        *monitoring.routes(store, lambda: rest.ready),
        *files.routes(store),
        *fine_tuning_jobs.routes(store, runner, base_model),
        *uploads.routes(store),
        *batches.routes(store, batch_runner, base_model),
        *webhook_endpoints.routes(store, hosts),
        *checkpoint_permissions.routes(store),
        *exports.routes(*own),
        *models.routes(store, base_model, int(time.time()), exported.look_at),
    ]
    app = Starlette(
        routes=[strict(route) for route in routes],
        middleware=[
            Middleware(WatchMiddleware),
            Middleware(CORSMiddleware, **CORS),
            Middleware(AnswerHeadersMiddleware),
            Middleware(AccessMiddleware, token=token),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
    )
    app.router.default = rest
    app.state.rest = rest.app
    for thread in (batch_runner, courier, exported):
        rest.app.add_done_callback(lambda loading, thread=thread: loading.exception() or thread.start())
    return app


class BackgroundApp:
    """An application that is built in a thread. Requests wait until it is built, or raise what building it raised."""

    def __init__(self, build: Callable):
        self.app = ThreadPoolExecutor(1, "loading").submit(build)

    @property
    def ready(self) -> bool:
        return self.app.done() and not self.app.exception()

    async def __call__(self, scope, receive, send):
        app = await asyncio.wrap_future(self.app)
        await app(scope, receive, send)
