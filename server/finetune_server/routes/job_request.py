"""Read the request for a fine-tuning job. Training takes long, so nothing that is asked for may be passed over."""

import random
import time

from openai.types.fine_tuning import JobCreateParams, SupervisedHyperparametersParam, SupervisedMethodParam
from openai.types.fine_tuning.job_create_params import Method

from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..protocol.validate import check, check_metadata, check_range, dotted, unknown_parameter
from ..store.aliases import aliases, base_model_of
from ..store.store import Store
from .files import find_file

TRAINING_TYPES = (
    "Standard",
    "GlobalStandard",
    "DeveloperTier",
)  # where Azure may train; here it is always this machine
NAMES = {  # the parameters that a request may have, by the object that holds them
    "": [*JobCreateParams.__annotations__, "trainingType"],
    "hyperparameters": [*SupervisedHyperparametersParam.__annotations__],
    "method": [*Method.__annotations__],
    "method.supervised": [*SupervisedMethodParam.__annotations__],
    "method.supervised.hyperparameters": [*SupervisedHyperparametersParam.__annotations__],
}
PATHS = [dotted(under, name) for under, names in NAMES.items() for name in names]


def new_job(body: dict, store: Store, base_model: str) -> dict:
    """The job object for a request, or an ApiError that names what is wrong with it."""
    body = without_nulls(body)
    check_method_type(body)
    training_type = body.pop("trainingType", TRAINING_TYPES[0])
    if training_type not in TRAINING_TYPES:
        message = f"Invalid 'trainingType': expected one of {', '.join(TRAINING_TYPES)}."
        raise ApiError(400, message, param="trainingType")
    check(JobCreateParams, body)
    check_model(body["model"], store, base_model)
    for param in ("training_file", "validation_file"):
        if param in body:
            check_file(find_file(store, body[param], param, 400), param)
    if "suffix" in body and not 1 <= len(body["suffix"]) <= 64:
        raise ApiError(400, "Invalid 'suffix': at least one and at most 64 characters.", param="suffix")
    if body.get("integrations"):
        raise ApiError(400, "This server has no integrations: leave out 'integrations'.", param="integrations")
    check_metadata(body.get("metadata"))
    check_range(body.get("seed"), 0, 2**31 - 1, "seed")
    hyperparameters = requested_hyperparameters(body)
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
        "seed": body.get("seed", random.randrange(2**31)),
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


def without_nulls(value, under: str = ""):
    """A request without its nulls, which mean "not given". Raises an ApiError for a name that has no meaning."""
    if under not in NAMES or not isinstance(value, dict):
        return value
    given = {name: part for name, part in value.items() if part is not None}
    for name in given:
        if name not in NAMES[under]:
            raise unknown_parameter(name, PATHS, under)
    return {name: without_nulls(part, dotted(under, name)) for name, part in given.items()}


def check_method_type(body: dict) -> None:
    method = body.get("method")
    kind = method.get("type", "supervised") if isinstance(method, dict) else "supervised"
    if kind != "supervised":
        raise ApiError(400, f"This server trains with the method 'supervised', not {kind!r}.", param="method")


def check_model(name: str, store: Store, base_model: str) -> None:
    """Raise an ApiError unless this is the base model, or a tuned model or checkpoint of it that is there."""
    names = [base_model, *(alias["id"] for alias in aliases(store))]
    there = [*names, *(model["id"] for model in store.all("model"))]
    if name not in there or base_model_of(store, name) != base_model:
        message = (
            f"Model {name} is not available for fine-tuning; this server trains {' or '.join(names)}, and models and "
            "checkpoints that were made from it here."
        )
        raise ApiError(400, message, param="model", code="model_not_available")


def check_file(file: dict, param: str) -> None:
    if file["purpose"] != "fine-tune":
        message = f"The file {file['id']} has the purpose {file['purpose']!r}; upload it with the purpose 'fine-tune'."
        raise ApiError(400, message, param=param, code="invalid_file_purpose")


def requested_hyperparameters(body: dict) -> dict:
    """A number or "auto" for each hyperparameter, or an ApiError."""
    asked = _given_hyperparameters(body)
    number = lambda name: None if asked.get(name, "auto") == "auto" else asked[name]
    check_range(number("n_epochs"), 1, 50, "hyperparameters.n_epochs")
    check_range(number("batch_size"), 1, 256, "hyperparameters.batch_size")
    check_range(number("learning_rate_multiplier"), 1e-4, 100, "hyperparameters.learning_rate_multiplier")
    return {name: asked.get(name, "auto") for name in ("n_epochs", "batch_size", "learning_rate_multiplier")}


def _given_hyperparameters(body: dict) -> dict:
    """Those of the method, or the older ones beside it; an ApiError where a request contradicts itself."""
    older, method = body.get("hyperparameters", {}), body.get("method")
    if method is None:
        return older
    if "supervised" not in method:
        message = "Missing required parameter: 'method.supervised', which holds the hyperparameters. It may be {}."
        raise ApiError(400, message, param="method.supervised", code="missing_required_parameter")
    asked = method["supervised"].get("hyperparameters", {})
    if older not in ({}, asked):
        message = "Give 'method' or 'hyperparameters', its older form, not both with different values."
        raise ApiError(400, message, param="hyperparameters")
    for other in ("dpo", "reinforcement"):
        if method.get(other):
            message = f"'method.{other}' does not belong to the method 'supervised': leave one of them out."
            raise ApiError(400, message, param=f"method.{other}")
    return asked
