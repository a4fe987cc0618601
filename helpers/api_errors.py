"""What an error of the API means, and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai

RUN_AGAIN = "Wait a minute, then run the cell again: what was made is found, not made twice."
NEXT_STEPS = {
    "training_not_available": "OpenAI no longer lets this account train (it is closing its fine-tuning service). "
    'Go on with helpers.use("replay") or helpers.use("local").',
    "insufficient_quota": 'The account has no credit left. Add some, or go on with helpers.use("local").',
    401: "The key was not accepted. Check OPENAI_API_KEY (AZURE_OPENAI_API_KEY for Foundry, COURSE_API_KEY for an "
    'address), or go on with helpers.use("replay"), which needs none.',
}


def explain(error: openai.APIError) -> str:
    """What this error, or the lack of an answer, means, and what to do next."""
    if isinstance(error, openai.APIConnectionError):
        return f"No answer came from {error.request.url.host}. Check the network. {RUN_AGAIN}"
    status = getattr(error, "status_code", None)
    if next_step := NEXT_STEPS.get(error.code) or NEXT_STEPS.get(status):
        return next_step
    says = f"status {status}: {message_of(error)}"
    if isinstance(error, openai.RateLimitError):
        return f"Too many requests for this account ({says}). {RUN_AGAIN}"
    if isinstance(error, openai.InternalServerError):
        return f"The API has a fault of its own ({says}). {RUN_AGAIN}"
    return f"The API refused this with {says}"


def message_of(error: openai.APIError) -> str:
    """The API's own words. `error.body` is the inner error object."""
    return error.body.get("message", str(error)) if isinstance(error.body, dict) else str(error)


def is_transient(error: openai.APIError) -> bool:
    """Whether the error may be gone in a moment, so that the same request is worth another try."""
    kinds = (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError)
    return isinstance(error, kinds) and error.code != "insufficient_quota"


@contextmanager
def explain_errors() -> Iterator[None]:
    """Adds an explanation and a next step to API errors; they stand below the traceback."""
    try:
        yield
    except openai.APIError as error:
        error.add_note(explain(error))
        raise
