"""Read the request for a fine-tuning job. Training takes long, so nothing that is asked for may be passed over."""

import random
import time

from openai.types.fine_tuning import JobCreateParams

from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..protocol.validate import check, check_metadata, check_range, dotted, unknown_parameter
from ..store.aliases import aliases, base_model_of
from ..store.store import Store
from ..training.hyperparameters import method_fields
from .files import find_file
from .job_method import METHOD_NAMES, OLDER_NAMES, graded_by, method_type, requested_hyperparameters, without_grader

TRAINING_TYPES = (
    "Standard",
    "GlobalStandard",
    "DeveloperTier",
)  # where Azure may train; here it is always this machine
NAMES = {  # the parameters that a request may have, by the object that holds them
    "": [*JobCreateParams.__annotations__, "trainingType"],
    "hyperparameters": OLDER_NAMES,
    **METHOD_NAMES,
}


def new_job(body: dict, store: Store, base_model: str) -> dict:
    """The job object for a request, or an ApiError that names what is wrong with it."""
    method = method_type(body)
    body = without_nulls(body, method)
    training_type = body.pop("trainingType", TRAINING_TYPES[0])
    if training_type not in TRAINING_TYPES:
        message = f"Invalid 'trainingType': expected one of {', '.join(TRAINING_TYPES)}."
        raise ApiError(400, message, param="trainingType")
    check(JobCreateParams, without_grader(body))
    check_model(body["model"], store, base_model)
    for param in ("training_file", "validation_file"):
        if param in body:
            check_file(find_file(store, body[param], param, 400), param)
    if "suffix" in body and not 1 <= len(body["suffix"]) <= 64:
        raise ApiError(400, "Invalid 'suffix': at least one and at most 64 characters.", param="suffix")
    if body.get("integrations") not in (None, []):
        raise ApiError(400, "This server has no integrations: leave out 'integrations'.", param="integrations")
    check_metadata(body.get("metadata"))
    check_range(body.get("seed"), 0, 2**31 - 1, "seed")
    asked = requested_hyperparameters(body, method)
    more = graded_by(body, store, base_model) if method == "reinforcement" else {}
    return {
        "id": new_id("ftjob-"),
        "object": "fine_tuning.job",
        "created_at": int(time.time()),
        "model": body["model"],
        "organization_id": "org-local",
        "status": "validating_files",
        "training_file": body["training_file"],
        "validation_file": body.get("validation_file"),
        **method_fields(method, asked, **more),
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


def without_nulls(value, method: str, under: str = ""):
    """A request without its nulls, which mean "not given". Raises an ApiError for a name that has no meaning.

    The error names what was perhaps meant with this method.
    """
    if under not in NAMES or not isinstance(value, dict):
        return value
    given = {name: part for name, part in value.items() if part is not None}
    for name in given:
        if name not in NAMES[under]:
            raise unknown_parameter(name, _paths(method), under)
    return {name: without_nulls(part, method, dotted(under, name)) for name, part in given.items()}


def _paths(method: str) -> list[str]:
    """The names that a request with this method may have, each with the objects that hold it."""
    older = ["hyperparameters"] if method == "supervised" else []
    objects = ["", *older, "method", f"method.{method}", f"method.{method}.hyperparameters"]
    return [dotted(under, name) for under in objects for name in NAMES[under]]


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
