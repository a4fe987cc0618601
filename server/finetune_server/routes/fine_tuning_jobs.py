"""Routes of the fine-tuning API. The work of a job is in `training/`."""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.validate import json_body
from ..store.store import NotFound, Store
from ..training.job import FINAL, Job
from ..training.runner import JobRunner
from .job_request import new_job
from .paging import newest_page, page, wanted_metadata

PAUSED = {"running": "pausing", "validating_files": "paused", "queued": "paused"}  # the status after a request to pause


def routes(store: Store, runner: JobRunner, base_model: str) -> list[Route]:
    """Create, list, look at, pause, resume and cancel jobs; `runner` does their work."""

    async def create(request: Request) -> Response:
        body = new_job(await json_body(request), store, base_model)
        if runner.shards > 1 and body["method"]["type"] == "reinforcement":
            message = (
                "This server spreads the base model over several devices, which the method 'reinforcement' cannot do: "
                "train with 'supervised' or 'dpo', or start the server with --shards 1."
            )
            raise ApiError(400, message, param="method")
        with store.transaction():
            store.put("job", body)
            Job(store, body["id"]).log(f"Created fine-tuning job: {body['id']}")
        runner.wake()
        return JSONResponse(body)

    async def list_(request: Request) -> Response:
        metadata = wanted_metadata(request)
        jobs = [j for j in store.all("job") if metadata.items() <= (j["metadata"] or {}).items()]
        if request.query_params.get("metadata") == "null":
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
            job.log("The job was cancelled.")
            body = job.change(status="cancelled", finished_at=int(time.time()), estimated_finish=None)
        if status in ("paused", "queued"):  # no thread is at work on it, which would drop the state
            store.drop_state(job.id)
        runner.wake()
        return JSONResponse(body)

    async def pause(request: Request) -> Response:
        with store.transaction():
            job = find_job(store, request)
            if (status := job.status) not in PAUSED:
                raise ApiError(400, f"A job that is {status} cannot be paused: {job.id}", code="invalid_pause_request")
            status = PAUSED[status]
            job.log("The job was paused" if status == "paused" else "The job pauses after this step")
            body = job.change(status=status, estimated_finish=None)
        runner.wake()
        return JSONResponse(body)

    async def resume(request: Request) -> Response:
        with store.transaction():
            job = find_job(store, request)
            if (status := job.status) != "paused":
                message = f"A job that is {status} cannot be resumed: {job.id}"
                raise ApiError(400, message, code="invalid_resume_request")
            body = job.change(status="queued")
            job.log("The job was resumed, moving it to queued state")
            runner.log_queue_position(job)
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
