"""The T-1000's own training, the one that lesson 3 starts."""

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from ..jobs import COURSE


def find_job(client: OpenAI, model: str) -> FineTuningJob:
    """The newest job of lesson 3 for this base model that has succeeded. Raises LookupError if there is none."""
    for job in client.fine_tuning.jobs.list(limit=100):
        if job.status == "succeeded" and job.model == model and (job.metadata or {}).get("course") == COURSE["course"]:
            return job
    raise LookupError(f"No job of lesson 3 for {model} has succeeded at this backend. Run lessons 2 and 3 here first.")
