"""Routes of the fine-tuning API. The work of a job is in `training/`."""

import random
import time

from openai.types.fine_tuning import JobCreateParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.objects import base_model_of, new_id
from ..protocol.validate import check, check_range, json_body
from ..store.store import NotFound, Store
from ..training.job import FINAL, Job
from ..training.runner import JobRunner
from .files import find_file
from .paging import newest_page, page

PAUSED = {"running": "pausing", "validating_files": "paused", "queued": "paused"}  # what a status becomes by a pause


def routes(store: Store, runner: JobRunner, base_model: str) -> list[Route]:
    """Create, list, look at, pause, resume and cancel jobs; `runner` does their work."""

    async def create(request: Request) -> Response:
        body = new_job(await json_body(request), store, base_model)
        with store.transaction():
            store.put("job", body)
            Job(store, body["id"]).log(f"Created fine-tuning job: {body['id']}")
        runner.wake()
        return JSONResponse(body)

    async def list_(request: Request) -> Response:
        query = request.query_params
        metadata = {k[9:-1]: v for k, v in query.items() if k.startswith("metadata[") and k.endswith("]")}
        jobs = [j for j in store.all("job") if metadata.items() <= (j["metadata"] or {}).items()]
        if query.get("metadata") == "null":
            jobs = [j for j in jobs if j["metadata"] is None]
        return JSONResponse(page(jobs[::-1], request))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(find_job(store, request).body)

    async def cancel(request: Request) -> Response:
        with store.transaction():
            job = find_job(store, request)
            status = job.status
            if status in FINAL:
                raise ApiError(400, f"Job has already completed: {job.id}", code="invalid_cancel_request")
            if status in ("paused", "queued"):  # no thread works on it that would do this
                store.drop_state(job.id)
            job.log("The job was cancelled.")
            body = job.change(status="cancelled", finished_at=int(time.time()), estimated_finish=None)
        return JSONResponse(body)

    async def pause(request: Request) -> Response:
        with store.transaction():
            job = find_job(store, request)
            if (status := job.status) not in PAUSED:
                raise ApiError(400, f"A job that is {status} cannot be paused: {job.id}", code="invalid_pause_request")
            status = PAUSED[status]
            job.log("The job was paused" if status == "paused" else "The job pauses after this step")
            body = job.change(status=status, estimated_finish=None)
        return JSONResponse(body)

    async def resume(request: Request) -> Response:
        with store.transaction():
            job = find_job(store, request)
            if (status := job.status) != "paused":
                message = f"A job that is {status} cannot be resumed: {job.id}"
                raise ApiError(400, message, code="invalid_resume_request")
            body = job.change(status="queued")
            job.log("The job was resumed, moving it to queued state")
            job.log_queue_position()
        runner.wake()
        return JSONResponse(body)

    async def events(request: Request) -> Response:
        return JSONResponse(newest_page(store, "event", find_job(store, request).id, request))

    async def checkpoints(request: Request) -> Response:
        return JSONResponse(newest_page(store, "checkpoint", find_job(store, request).id, request, 10))

    return [
        Route("/fine_tuning/jobs", create, methods=["POST"]),
        Route("/fine_tuning/jobs", list_),
        Route("/fine_tuning/jobs/{id}", retrieve),
        Route("/fine_tuning/jobs/{id}/cancel", cancel, methods=["POST"]),
        Route("/fine_tuning/jobs/{id}/pause", pause, methods=["POST"]),
        Route("/fine_tuning/jobs/{id}/resume", resume, methods=["POST"]),
        Route("/fine_tuning/jobs/{id}/events", events),
        Route("/fine_tuning/jobs/{id}/checkpoints", checkpoints),
    ]


def find_job(store: Store, request: Request) -> Job:
    """The job that the path names, or OpenAI's 404."""
    job_id = request.path_params["id"]
    try:
        store.get("job", job_id)
    except NotFound:
        message = f"Could not find fine tune: {job_id}"
        raise ApiError(404, message, param="fine_tune_id", code="fine_tune_not_found") from None
    return Job(store, job_id)


def new_job(body: dict, store: Store, base_model: str) -> dict:
    """The job object for a request, or an ApiError that names what is wrong with it."""
    check(JobCreateParams, body)
    if not can_train(body["model"], store, base_model):
        raise ApiError(
            400,
            f"Model {body['model']} is not available for fine-tuning; this server trains {base_model}, and "
            "models and checkpoints that were made from it here.",
            param="model",
            code="model_not_available",
        )
    for param in ("training_file", "validation_file"):
        if body.get(param):
            check_file(find_file(store, body[param], param, 400), param)
    if body.get("suffix") is not None and not 1 <= len(body["suffix"]) <= 64:
        raise ApiError(400, "Invalid 'suffix': at least one and at most 64 characters.", param="suffix")
    if body.get("integrations"):
        raise ApiError(400, "This server has no integrations: leave out 'integrations'.", param="integrations")
    check_metadata(body.get("metadata") or {})
    check_range(body.get("seed"), 0, 2**31 - 1, "seed")
    hyperparameters = requested_hyperparameters(body)
    seed = body.get("seed")
    return {
        "id": new_id("ftjob-"),
        "object": "fine_tuning.job",
        "created_at": int(time.time()),
        "model": body["model"],
        "organization_id": "org-local",
        "status": "validating_files",
        "training_file": body["training_file"],
        "validation_file": body.get("validation_file"),
        "hyperparameters": hyperparameters,
        "method": {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
        "seed": random.randrange(2**31) if seed is None else seed,
        "user_provided_suffix": body.get("suffix"),
        "metadata": body.get("metadata"),
        "fine_tuned_model": None,
        "finished_at": None,
        "estimated_finish": None,
        "trained_tokens": None,
        "error": None,
        "result_files": [],
        "integrations": [],
    }


def can_train(name: str, store: Store, base_model: str) -> bool:
    """Whether this is the base model, or a tuned model or checkpoint of it that is there."""
    there = [base_model, *(model["id"] for model in store.all("model"))]
    return name in there and base_model_of(name) == base_model


def check_file(file: dict, param: str) -> None:
    if file["purpose"] != "fine-tune":
        message = f"The file {file['id']} has the purpose {file['purpose']!r}; upload it with the purpose 'fine-tune'."
        raise ApiError(400, message, param=param, code="invalid_file_purpose")


def check_metadata(metadata: dict) -> None:
    if len(metadata) > 16 or any(len(k) > 64 or len(v) > 512 for k, v in metadata.items()):
        message = "Invalid 'metadata': at most 16 pairs, keys of up to 64 and values of up to 512 characters."
        raise ApiError(400, message, param="metadata")


def requested_hyperparameters(body: dict) -> dict:
    """A number or "auto" for each hyperparameter, or an ApiError."""
    method: dict = body.get("method") or {"type": "supervised"}
    if method["type"] != "supervised":
        raise ApiError(400, f"This server trains with the method 'supervised', not {method['type']!r}.", param="method")
    asked = (method.get("supervised") or {}).get("hyperparameters") or body.get("hyperparameters") or {}
    number = lambda name: None if asked.get(name, "auto") == "auto" else asked[name]
    check_range(number("n_epochs"), 1, 50, "hyperparameters.n_epochs")
    check_range(number("batch_size"), 1, 256, "hyperparameters.batch_size")
    check_range(number("learning_rate_multiplier"), 1e-4, 100, "hyperparameters.learning_rate_multiplier")
    return {name: asked.get(name, "auto") for name in ("n_epochs", "batch_size", "learning_rate_multiplier")}
