"""What the API's refusals and silences mean, and how to go on."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai

NOT_TWICE = "Wait a minute, then run the cell again: what was made is found, not made twice."
WAYS_ON = {
    "training_not_available": "OpenAI no longer lets this account train (it is closing its fine-tuning service). "
    'Go on with helpers.use("replay") or helpers.use("local").',
    "insufficient_quota": 'The account has no credit left. Add some, or go on with helpers.use("local").',
    401: "The key was not accepted. Check OPENAI_API_KEY (AZURE_OPENAI_API_KEY for Foundry, COURSE_API_KEY for an "
    'address), or go on with helpers.use("replay"), which needs none.',
}


def explain(error: openai.APIError) -> str:
    """What a refusal, or no answer, means, and how to go on."""
    if isinstance(error, openai.APIConnectionError):
        return f"No answer came from {error.request.url.host}. Check the network. {NOT_TWICE}"
    status = getattr(error, "status_code", None)
    if way_on := WAYS_ON.get(error.code) or WAYS_ON.get(status):
        return way_on
    says = f"status {status}: {message_of(error)}"
    if isinstance(error, openai.RateLimitError):
        return f"Too many requests for this account ({says}). {NOT_TWICE}"
    if isinstance(error, openai.InternalServerError):
        return f"The API has a fault of its own ({says}). {NOT_TWICE}"
    return f"The API refused this with {says}"


def message_of(error: openai.APIError) -> str:
    """The API's own words. `error.body` is the inner error object."""
    return error.body.get("message", str(error)) if isinstance(error.body, dict) else str(error)


def passes(error: openai.APIError) -> bool:
    """Is it a fault that may be gone in a moment, so that asking again is worth it?"""
    kinds = (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError)
    return isinstance(error, kinds) and error.code != "insufficient_quota"


@contextmanager
def explained() -> Iterator[None]:
    """Below the traceback of what the API refuses stands what it means and how to go on."""
    try:
        yield
    except openai.APIError as error:
        error.add_note(explain(error))
        raise
