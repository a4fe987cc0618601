"""The parts of a message in a response's input: text, and what else OpenAI's API knows."""

from openai.types.responses import (
    EasyInputMessageParam,
    ResponseInputTextParam,
    ResponseOutputMessageParam,
    ResponseOutputTextParam,
)

from .errors import ApiError
from .validate import check_names

MESSAGE_NAMES = {*EasyInputMessageParam.__annotations__, *ResponseOutputMessageParam.__annotations__} - {"phase"}
PARTS = {"input_text": ResponseInputTextParam.__annotations__, "output_text": ResponseOutputTextParam.__annotations__}
NOT_READ = ("input_image", "input_file", "input_audio", "refusal")
LOGPROBS = "message.output_text.logprobs"  # all else that can be included is of items that do not occur here


def check_part(part, under: str) -> None:
    """Raise an ApiError unless a part of a message's content is text; `under` is the parameter that holds it."""
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in NOT_READ:
        message = f"This server reads text only: it cannot read a part of the type {kind!r}."
        raise ApiError(400, message, param=f"{under}.type")
    if not isinstance(kind, str) or kind not in PARTS:
        message = f"Invalid value for '{under}.type': expected 'input_text' or 'output_text', got {kind!r}."
        raise ApiError(400, message, param=f"{under}.type")
    check_names(part, PARTS[kind], under)
    if not isinstance(part.get("text"), str):
        raise ApiError(400, f"Invalid value for '{under}.text': expected text.", param=f"{under}.text")


def check_include(names: list[str]) -> None:
    """Raise an ApiError where a response is to include what it does not have here."""
    if LOGPROBS in names:
        raise ApiError(400, "This server gives log probabilities in chat completions only.", param="include")
