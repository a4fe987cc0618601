"""Routes of the models: the base model, the tuned ones, and their checkpoints."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..store.aliases import aliases, base_model_of, is_base
from ..store.content import ADAPTER_FILES
from ..store.store import NotFound, Store


def routes(store: Store, base_model: str, started: int, deleted: Callable[[str], object]) -> list[Route]:
    """`deleted` is told the name of each model that was deleted."""
    base = {"id": base_model, "object": "model", "created": started, "owned_by": "local"}

    def shown(model: dict) -> dict:
        return {key: model[key] for key in base}

    async def list_(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [base, *map(shown, [*aliases(store), *store.all("model")])]})

    async def retrieve(request: Request) -> Response:
        name = request.path_params["id"]
        check_model(store, base_model, name)
        if name == base_model:
            return JSONResponse(base)
        return JSONResponse(shown(store.get("alias" if is_base(store, base_model, name) else "model", name)))

    async def delete(request: Request) -> Response:
        name = request.path_params["id"]
        check_model(store, base_model, name)
        if is_base(store, base_model, name):
            raise ApiError(403, "The base model cannot be deleted; only fine-tuned models can.", param="model")
        store.delete_model(name)
        deleted(name)
        return JSONResponse({"id": name, "object": "model", "deleted": True})

    async def adapter(request: Request) -> Response:
        name, file = request.path_params["id"], request.path_params["file"]
        check_model(store, base_model, name)
        if is_base(store, base_model, name) or file not in ADAPTER_FILES:
            raise ApiError(
                404, f"Only tuned models have an adapter, and it has the files {' and '.join(ADAPTER_FILES)}."
            )
        return FileResponse(await run_in_threadpool(store.weights_folder, name) / file)

    return [
        Route("/models", list_),
        Route("/models/{id:path}/adapter/{file}", adapter),
        Route("/models/{id:path}", retrieve),
        Route("/models/{id:path}", delete, methods=["DELETE"]),
    ]


def check_can_answer(store: Store, base_model: str, name: str) -> None:
    """Raise an ApiError unless a model of this name can answer: adapters fit only the model they were trained on."""
    check_model(store, base_model, name)
    if base_model_of(store, name) != base_model:
        message = (
            f"{name} was made from another model than {base_model}, which runs here: start the server with that one."
        )
        raise ApiError(400, message, param="model")


def check_model(store: Store, base_model: str, name: str) -> None:
    """Raise OpenAI's 404 unless there is a model of this name."""
    try:
        if not is_base(store, base_model, name):
            store.get("model", name)
    except NotFound:
        message = f"The model `{name}` does not exist or you do not have access to it."
        raise ApiError(404, message, param="model", code="model_not_found") from None
