"""The method that a request for a job asks for, and its hyperparameters."""

from openai.types.fine_tuning import (
    DpoHyperparametersParam,
    DpoMethodParam,
    ReinforcementHyperparametersParam,
    ReinforcementMethodParam,
    SupervisedHyperparametersParam,
    SupervisedMethodParam,
)
from openai.types.fine_tuning.job_create_params import Method

from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.response_format import read_response_format
from ..protocol.validate import check_range
from ..store.store import Store
from ..training.judged import check_schema
from .usable_grader import usable_grader

OLDER_NAMES = [*SupervisedHyperparametersParam.__annotations__]  # of `hyperparameters`, the older form of `method`
METHOD_NAMES = {  # what may stand in `method` and in the objects that it holds
    "method": [*Method.__annotations__],
    "method.supervised": [*SupervisedMethodParam.__annotations__],
    "method.supervised.hyperparameters": [*SupervisedHyperparametersParam.__annotations__],
    "method.dpo": [*DpoMethodParam.__annotations__],
    "method.dpo.hyperparameters": [*DpoHyperparametersParam.__annotations__],
    "method.reinforcement": [*ReinforcementMethodParam.__annotations__, "response_format"],  # of the guide alone
    "method.reinforcement.hyperparameters": [*ReinforcementHyperparametersParam.__annotations__],
}
HERE = ("supervised", "dpo", "reinforcement")  # the methods that this server trains with
MOST_BETA = 2
A_GRADER = {"type": "string_check", "name": "any", "input": "", "reference": "", "operation": "eq"}


def method_type(body: dict) -> str:
    """The method by its name, or an ApiError where this server does not train with it."""
    method = body.get("method")
    kind = (method.get("type") or HERE[0]) if isinstance(method, dict) else HERE[0]
    if kind not in HERE:
        message = f"This server trains with the methods 'supervised', 'dpo' and 'reinforcement', not {kind!r}."
        raise ApiError(400, message, param="method")
    return kind


def requested_hyperparameters(body: dict, method: str) -> dict:
    """A number or "auto" for each hyperparameter of the method, or an ApiError. The SDK's types have judged `body`."""
    asked = _given_hyperparameters(body, method)
    under = "hyperparameters" if method == "supervised" else f"method.{method}.hyperparameters"
    number = lambda name: None if asked.get(name, "auto") == "auto" else asked[name]
    check_range(number("n_epochs"), 1, 50, f"{under}.n_epochs")
    check_range(number("batch_size"), 1, 256, f"{under}.batch_size")
    check_range(number("learning_rate_multiplier"), 1e-4, 100, f"{under}.learning_rate_multiplier")
    names = ["n_epochs", "batch_size", "learning_rate_multiplier"]
    if method == "dpo":
        _check_beta(number("beta"), f"{under}.beta")
        names.append("beta")
    given = {name: asked.get(name, "auto") for name in names}
    return given | (_of_reinforcement(asked, under) if method == "reinforcement" else {})


def _of_reinforcement(asked: dict, under: str) -> dict:
    """The hyperparameters that only this method has, checked."""
    if (effort := asked.get("reasoning_effort", "default")) != "default":
        message = f"Invalid '{under}.reasoning_effort': the models of this server do not reason: leave it out."
        raise ApiError(400, message, param=f"{under}.reasoning_effort")
    ranges = {"compute_multiplier": (1e-5, 10), "eval_interval": (1, 1_000_000), "eval_samples": (1, 100)}
    given = {name: asked.get(name, "auto") for name in ranges}
    for name, value in given.items():
        lowest, most = ranges[name]
        check_range(None if value == "auto" else value, lowest, most, f"{under}.{name}")
    return given | {"reasoning_effort": effort}


def _check_beta(beta: float | None, param: str) -> None:
    if beta is not None and not 0 < beta <= MOST_BETA:
        message = f"Invalid '{param}': expected a value above 0 and at most {MOST_BETA}, got {beta}."
        raise ApiError(400, message, param=param)


def _given_hyperparameters(body: dict, kind: str) -> dict:
    """Those of the method, or the older ones beside it; an ApiError where a request contradicts itself."""
    older, method = body.get("hyperparameters", {}), body.get("method")
    if method is None:
        return older
    if kind not in method:
        holds = "the grader." if kind == "reinforcement" else "the hyperparameters. It may be {}."
        message = f"Missing required parameter: 'method.{kind}', which holds {holds}"
        raise ApiError(400, message, param=f"method.{kind}", code="missing_required_parameter")
    asked = method[kind].get("hyperparameters", {})
    if older and kind != "supervised":
        message = f"'hyperparameters' is for the method 'supervised': move them to 'method.{kind}.hyperparameters'."
        raise ApiError(400, message, param="hyperparameters")
    if older not in ({}, asked):
        message = "Give 'method' or 'hyperparameters', its older form, not both with different values."
        raise ApiError(400, message, param="hyperparameters")
    for other in METHOD_NAMES["method"]:
        if other not in ("type", kind) and method.get(other):
            message = f"'method.{other}' does not belong to the method '{kind}': leave one of them out."
            raise ApiError(400, message, param=f"method.{other}")
    return asked


def without_grader(body: dict) -> dict:
    """The request with a grader that the SDK's types know: of multi graders they know less than its service takes."""
    method = body.get("method")
    if not isinstance(method, dict):
        return body
    of_method = method.get("reinforcement")
    if not isinstance(of_method, dict) or "grader" not in of_method:
        return body
    return body | {"method": method | {"reinforcement": of_method | {"grader": A_GRADER}}}


def graded_by(body: dict, store: Store, base_model: str) -> dict:
    """The grader and the form of answers that a request for reinforcement gives, or an ApiError."""
    under, asked = "method.reinforcement", body["method"]["reinforcement"]
    usable_grader(asked["grader"], f"{under}.grader", store, base_model)
    if not body.get("validation_file"):
        message = "Missing required parameter: 'validation_file': items that are not trained on show what was gained."
        raise ApiError(400, message, param="validation_file", code="missing_required_parameter")
    given = {"grader": drop_nulls(asked["grader"])}
    if "response_format" not in asked:
        return given
    check_schema(read_response_format(asked["response_format"], f"{under}.response_format"))
    return given | {"response_format": asked["response_format"]}
