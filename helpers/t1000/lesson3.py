"""The T-1000's own training, the one that lesson 3 starts."""

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from .. import shipped_model
from ..jobs import COURSE


def find_job(client: OpenAI, model: str) -> FineTuningJob:
    """The newest job of lesson 3 for this base model that has succeeded. Raises LookupError if there is none."""
    for job in client.fine_tuning.jobs.list(limit=100):
        of_course = (job.metadata or {}).get("course") == COURSE["course"]
        by_examples = job.method is None or job.method.type == "supervised"  # lesson 13 trains by rewards
        if job.status == "succeeded" and job.model == model and of_course and by_examples:
            return job
    raise LookupError(f"No job of lesson 3 for {model} has succeeded at this backend. Run lessons 2 and 3 here first.")


def find_model(client: OpenAI, model: str) -> str:
    """The name of the model that lesson 3 trained here; if it did not, of the one that comes with the course.

    Raises LookupError if this backend has neither.
    """
    try:
        return find_job(client, model).fine_tuned_model or ""  # a job that has succeeded has one
    except LookupError as error:
        shipped = shipped_model.name(model)
        if not shipped:
            raise
        if shipped in {one.id for one in client.models.list()}:
            return shipped
        raise LookupError(f"{error} {shipped_model.WAY_IN}") from None
