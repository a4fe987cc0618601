"""Routes of the Batch API. The work of a batch is in `batches/`."""

import time

from openai.types import BatchCreateParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..batches.batch_runner import BatchRunner
from ..batches.batch_status import CAN_BE_CANCELLED, FINAL, Moved, move
from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.objects import new_id
from ..protocol.validate import check, check_metadata, check_names, check_range, json_body
from ..store.store import NotFound, Store
from .files import LIFETIMES, find_file
from .paging import page

ENDPOINTS = ("/v1/chat/completions", "/v1/responses")
MAX_BYTES = 200 * 1024 * 1024  # of an input file, OpenAI's limit
WINDOW_SECONDS = 24 * 3600
HIDDEN = ("base_model", "output_seconds")  # what the store knows of a batch, and OpenAI's object has not
EXPIRY_NAMES = ("anchor", "seconds")
TIMES = [f"{status}_at" for status in ("in_progress", "finalizing", "cancelling", *FINAL)]


def routes(store: Store, runner: BatchRunner, base_model: str) -> list[Route]:
    """Create, list, look at and cancel batches; `runner` does their work."""

    async def create(request: Request) -> Response:
        batch = store.put("batch", new_batch(drop_nulls(await json_body(request)), store, base_model))
        runner.wake()
        return JSONResponse(_shown(batch))

    async def list_(request: Request) -> Response:
        return JSONResponse(page([_shown(batch) for batch in store.all("batch")][::-1], request))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(_shown(find_batch(store, request)))

    async def cancel(request: Request) -> Response:
        batch = find_batch(store, request)
        try:
            batch = move(store, batch["id"], CAN_BE_CANCELLED, "cancelling")
        except Moved:
            status = find_batch(store, request)["status"]
            message = f"A batch that is {status} cannot be cancelled: {batch['id']}"
            raise ApiError(400, message, code="invalid_cancel_request") from None
        runner.wake()
        return JSONResponse(_shown(batch))

    return [
        Route("/batches", create, methods=["POST"]),
        Route("/batches", list_),
        Route("/batches/{id}", retrieve),
        Route("/batches/{id}/cancel", cancel, methods=["POST"]),
    ]


def new_batch(body: dict, store: Store, base_model: str) -> dict:
    """The batch object for a request, or an ApiError that names what is wrong with it."""
    check_names(body, BatchCreateParams.__annotations__, "")
    if isinstance(endpoint := body.get("endpoint"), str) and endpoint not in ENDPOINTS:
        message = f"Invalid 'endpoint': this server has batches of {' and '.join(ENDPOINTS)}, not of {endpoint!r}."
        raise ApiError(400, message, param="endpoint")
    check(BatchCreateParams, body)
    seconds = _output_seconds(body.get("output_expires_after"))
    check_metadata(body.get("metadata"))
    file = find_file(store, body["input_file_id"], "input_file_id", 400)
    if file["purpose"] != "batch":
        message = f"The file {file['id']} has the purpose {file['purpose']!r}; upload it with the purpose 'batch'."
        raise ApiError(400, message, param="input_file_id", code="invalid_file_purpose")
    if file["bytes"] > MAX_BYTES:
        message = f"The file {file['id']} has more than {MAX_BYTES} bytes: divide it."
        raise ApiError(400, message, param="input_file_id", code="file_too_large")
    now = int(time.time())
    return {
        "id": new_id("batch_"),
        "object": "batch",
        "endpoint": endpoint,
        "model": None,
        "errors": None,
        "input_file_id": file["id"],
        "completion_window": body["completion_window"],
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": now,
        "expires_at": now + WINDOW_SECONDS,
        **dict.fromkeys(TIMES),
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": _no_usage(),
        "metadata": body.get("metadata"),
        "base_model": base_model,
        "output_seconds": seconds,
    }


def find_batch(store: Store, request: Request) -> dict:
    """The batch that the path names, or a 404."""
    try:
        return store.get("batch", request.path_params["id"])
    except NotFound:
        message = f"No batch found with id '{request.path_params['id']}'."
        raise ApiError(404, message, param="batch_id", code="not_found") from None


def _output_seconds(expires_after: dict | None) -> int | None:
    """How long the files of a batch are kept; None if they are not deleted."""
    if expires_after is None:
        return None
    check_names(expires_after, EXPIRY_NAMES, "output_expires_after")
    check_range(expires_after["seconds"], *LIFETIMES, "output_expires_after.seconds")
    return expires_after["seconds"]


def _no_usage() -> dict:
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, **details}


def _shown(batch: dict) -> dict:
    return {name: value for name, value in batch.items() if name not in HIDDEN}
