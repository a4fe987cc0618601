"""Read a training file as OpenAI's service does, and refuse it with the same codes and words."""

from ..model.chat_template import template_kwargs
from ..protocol.errors import ApiError
from ..protocol.messages import MESSAGES, check_message, check_tools
from ..protocol.validate import parse

MIN_EXAMPLES = 10
KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})


class BadFile(ValueError):
    """A file that cannot be trained on. `code` and `param` go into the failed job's error."""

    def __init__(self, code: str, param: str, message: str):
        super().__init__(message)
        self.code, self.param = code, param


def read_examples(content: bytes, param: str = "training_file") -> list[dict]:
    """The examples as they are in the file. `param` says which of the job's files this is.

    Raises BadFile: `invalid_training_file` names the first bad example and message,
    counted from 1; `invalid_n_examples` if a training file has fewer than 10.
    """
    try:
        lines = content.decode("utf-8-sig").split("\n")  # other line separators may be inside a JSON string
    except UnicodeDecodeError as error:
        raise bad_file(param, f"The file is not UTF-8 (byte {error.start}).") from None
    examples = [_example(line, n, param) for n, line in enumerate(filter(str.strip, lines), 1)]
    if param == "training_file" and len(examples) < MIN_EXAMPLES:
        raise BadFile(
            "invalid_n_examples",
            param,
            f"Training file has {len(examples)} example(s), but must have at least {MIN_EXAMPLES} examples",
        )
    if not examples:
        raise bad_file(param, "The file has no examples.")
    return examples


def _example(line: str, n: int, param: str) -> dict:
    try:
        example = parse(line)
    except (ValueError, RecursionError) as error:
        raise bad_file(param, f"Example {n} is not JSON: {error}") from None
    messages = example.get("messages") if isinstance(example, dict) else None
    if not isinstance(messages, list) or not messages:
        raise bad_file(param, f'Example {n} has no list "messages"')
    if (extra := next((key for key in example if key not in KEYS), None)) is not None:
        raise bad_file(param, f'Example {n} contains an extra "{extra[:60]}"')
    for m, message in enumerate(messages, 1):
        _check_message(message, f"Example {n}, message {m}", param)
    _check_tools(example, f"Example {n}", param)
    if not any(m["role"] == "assistant" and m.get("weight", 1) for m in messages):
        raise bad_file(param, f"Example {n} has no message from the assistant to learn from")
    return example


def _check_message(message, where: str, param: str) -> None:
    if not isinstance(message, dict) or "role" not in message:
        raise bad_file(param, f"{where} Discriminator 'role' is missing in value")
    if message["role"] not in tuple(MESSAGES):  # whatever was sent, even a list
        raise bad_file(param, f"{where} has the role {message['role']!r}, which this server does not train on")
    content, calls = message.get("content"), message.get("tool_calls") or message.get("function_call")
    if (content in ("", [], None) and not calls) or (isinstance(content, str) and content.isspace()):
        raise bad_file(param, f"{where} has no text as its content")
    if message.get("weight", 1) not in (0, 1):
        raise bad_file(param, f"{where} has a weight other than 0 or 1")
    try:
        check_message(message)
    except ApiError as error:
        raise bad_file(param, f"{where}: {error.message}") from None
    functions = [call["function"] for call in message.get("tool_calls") or []]
    for function in [*functions, *filter(None, [message.get("function_call")])]:
        if not _is_object(function["arguments"]):
            raise bad_file(param, f"{where} calls {function['name']} with arguments that are not a JSON object")


def _is_object(text: str) -> bool:
    try:
        return isinstance(parse(text), dict)
    except (ValueError, RecursionError):
        return False


def _check_tools(example: dict, where: str, param: str) -> None:
    if example.get("parallel_tool_calls") not in (None, True, False):
        raise bad_file(param, f"{where} has a parallel_tool_calls that is neither true nor false")
    functions = example.get("functions")
    if not isinstance(functions, (list, type(None))):
        raise bad_file(param, f"{where} has functions that are not a list")
    try:
        check_tools(template_kwargs(example).get("tools", []))
    except ApiError as error:
        raise bad_file(param, f"{where}: {error.message}") from None


def bad_file(param: str, detail: str) -> BadFile:
    """What is wrong with a file, in the words in which a failed job says it."""
    which = param.replace("_", " ")
    message = f"The job failed due to an invalid {which}. Invalid file format. {detail}"
    return BadFile("invalid_training_file", param, message)
