"""The method that a request for a job asks for, and its hyperparameters."""

from openai.types.fine_tuning import (
    DpoHyperparametersParam,
    DpoMethodParam,
    SupervisedHyperparametersParam,
    SupervisedMethodParam,
)
from openai.types.fine_tuning.job_create_params import Method

from ..protocol.errors import ApiError
from ..protocol.validate import check_range

OLDER_NAMES = [*SupervisedHyperparametersParam.__annotations__]  # of `hyperparameters`, the older form of `method`
METHOD_NAMES = {  # what may stand in `method` and in the objects that it holds
    "method": [*Method.__annotations__],
    "method.supervised": [*SupervisedMethodParam.__annotations__],
    "method.supervised.hyperparameters": [*SupervisedHyperparametersParam.__annotations__],
    "method.dpo": [*DpoMethodParam.__annotations__],
    "method.dpo.hyperparameters": [*DpoHyperparametersParam.__annotations__],
}
HERE = ("supervised", "dpo")  # the methods that this server trains with
MOST_BETA = 2


def method_type(body: dict) -> str:
    """The method by its name, or an ApiError where this server does not train with it."""
    method = body.get("method")
    kind = (method.get("type") or HERE[0]) if isinstance(method, dict) else HERE[0]
    if kind not in HERE:
        message = f"This server trains with the methods 'supervised' and 'dpo', not {kind!r}."
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
    return {name: asked.get(name, "auto") for name in names}


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
        message = f"Missing required parameter: 'method.{kind}', which holds the hyperparameters. It may be {{}}."
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
