"""Routes that run and check a grader, without a job."""

from functools import partial

from openai.types.fine_tuning.alpha import GraderRunParams, GraderValidateParams
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..graders.grade import ERRORS, Case, Grade, Grader
from ..inference.engine import Engine
from ..inference.grading_models import ask_models
from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.validate import check_names, json_body
from ..store.store import Store
from .usable_grader import usable_grader

DETAILS = {  # the field of the errors that tells why, by error
    "python_grader_runtime_error": "python_grader_runtime_error_details",
    "python_grader_server_error": "python_grader_server_error_type",
    "model_grader_server_error": "model_grader_server_error_details",
}


def routes(store: Store, engine: Engine) -> list[Route]:
    async def run(request: Request) -> Response:
        body = await json_body(request)
        check_names(body, GraderRunParams.__annotations__, "")
        grader = usable_grader(body.get("grader"), "grader", store, engine.base_name)
        text, item = body.get("model_sample"), {} if body.get("item") is None else body["item"]
        if not isinstance(text, str):
            raise ApiError(400, "Invalid value for 'model_sample': expected text.", param="model_sample")
        if not isinstance(item, dict):
            raise ApiError(400, "Invalid value for 'item': expected an object.", param="item")
        [grade] = await run_in_threadpool(grader.grade, [Case(text, item)], partial(ask_models, engine))
        return JSONResponse(told(grader, grade))

    async def validate(request: Request) -> Response:
        body = await json_body(request)
        check_names(body, GraderValidateParams.__annotations__, "")
        usable_grader(body.get("grader"), "grader", store, engine.base_name)
        return JSONResponse({"grader": drop_nulls(body["grader"])})

    return [
        Route("/fine_tuning/alpha/graders/run", run, methods=["POST"]),
        Route("/fine_tuning/alpha/graders/validate", validate, methods=["POST"]),
    ]


def told(grader: Grader, grade: Grade) -> dict:
    """A grade as the API shows it."""
    parts = grade.parts or {grader.name: grade}
    rewards = {name: part.reward for name, part in parts.items()}
    asked = [part for part in parts.values() if part.model]
    usage = [part.prompt_tokens + part.completion_tokens for part in asked]
    return {
        "reward": grade.reward,
        "metadata": {
            "name": grader.name,
            "type": grader.type,
            "errors": _errors(grade),
            "execution_time": grade.seconds,
            "scores": rewards,
            "token_usage": sum(usage) if asked else None,
            "sampled_model_name": asked[0].model if asked else None,
        },
        "sub_rewards": rewards if grade.parts else {},
        "model_grader_token_usage_per_model": _usage_by_model(asked),
    }


def _errors(grade: Grade) -> dict:
    failed = [part for part in (grade, *grade.parts.values()) if part.error]
    flags = {name: any(part.error == name for part in failed) for name in ERRORS}
    details = {field: next((p.details for p in failed if p.error == name), None) for name, field in DETAILS.items()}
    return flags | details


def _usage_by_model(asked: list[Grade]) -> dict[str, int]:
    used: dict[str, int] = {}
    for part in asked:
        if part.model:
            used[part.model] = used.get(part.model, 0) + part.prompt_tokens + part.completion_tokens
    return used
