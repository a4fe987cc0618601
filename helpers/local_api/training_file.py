"""Read a training file as OpenAI's service does, and refuse it with the same codes and words."""

import json
from functools import lru_cache

from openai.types.chat import ChatCompletionMessageParam
from pydantic import TypeAdapter, ValidationError

MIN_EXAMPLES = 10


class BadFile(ValueError):
    """A file that cannot be trained on. `code` and `param` go into the failed job's error."""

    def __init__(self, code: str, param: str, message: str):
        super().__init__(message)
        self.code, self.param = code, param


@lru_cache(maxsize=1)
def _message_type() -> TypeAdapter:
    return TypeAdapter(ChatCompletionMessageParam)


def read_examples(content: bytes, param: str = "training_file") -> list[list[dict]]:
    """The messages of each example. `param` says which of the job's files this is.

    Raises BadFile: `invalid_training_file` names the first bad example and message,
    counted from 1; `invalid_n_examples` if a training file has fewer than 10.
    """
    try:
        lines = content.decode("utf-8-sig").split("\n")  # other line separators may stand inside a JSON string
    except UnicodeDecodeError as error:
        raise _bad(param, f"The file is not UTF-8 (byte {error.start}).") from None
    examples = [_messages(line, n, param) for n, line in enumerate(lines, 1) if line.strip()]
    if param == "training_file" and len(examples) < MIN_EXAMPLES:
        raise BadFile(
            "invalid_n_examples", param,
            f"Training file has {len(examples)} example(s), but must have at least {MIN_EXAMPLES} examples",
        )  # fmt: skip
    if not examples:
        raise _bad(param, "The file has no examples.")
    return examples


def _messages(line: str, n: int, param: str) -> list[dict]:
    try:
        example = json.loads(line)
    except ValueError as error:
        raise _bad(param, f"Example {n} is not JSON: {error}") from None
    messages = example.get("messages") if isinstance(example, dict) else None
    if not isinstance(messages, list) or not messages:
        raise _bad(param, f'Example {n} has no list "messages"')
    for m, message in enumerate(messages, 1):
        _check_message(message, f"Example {n}, message {m}", param)
    if not any(m["role"] == "assistant" and m.get("weight", 1) for m in messages):
        raise _bad(param, f"Example {n} has no message from the assistant to learn from")
    return messages


def _check_message(message, where: str, param: str) -> None:
    if not isinstance(message, dict) or "role" not in message:
        raise _bad(param, f"{where} Discriminator 'role' is missing in value")
    if message["role"] not in ("system", "developer", "user", "assistant"):
        raise _bad(param, f"{where} has the role {message['role']!r}, which this server does not train on")
    if not isinstance(message.get("content"), str) or not message["content"].strip():
        raise _bad(param, f"{where} has no text as its content")
    if message.get("weight", 1) not in (0, 1):
        raise _bad(param, f"{where} has a weight other than 0 or 1")
    try:
        _message_type().validate_python({k: v for k, v in message.items() if k != "weight"})
    except ValidationError as error:
        raise _bad(param, f"{where} {error.errors()[0]['msg']}") from None


def _bad(param: str, detail: str) -> BadFile:
    which = param.replace("_", " ")
    message = f"The job failed due to an invalid {which}. Invalid file format. {detail}"
    return BadFile("invalid_training_file", param, message)
