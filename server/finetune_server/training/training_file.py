"""Read a training file as OpenAI's service does, and refuse it with the same codes and words."""

from collections.abc import Callable

from ..model.chat_template import template_kwargs
from ..protocol.errors import ApiError
from ..protocol.messages import MESSAGES, check_message, check_tools
from ..protocol.validate import parse
from .message_keys import key_fault, unasked_result

MIN_EXAMPLES = 10
KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})
PAIR_KEYS = ("input", "preferred_output", "non_preferred_output")  # of the method dpo


class BadFile(ValueError):
    """A file that cannot be trained on. `code` and `param` go into the failed job's error."""

    def __init__(self, code: str, param: str, message: str):
        super().__init__(code, param, message)  # all of them: a copy in another process is made from these
        self.code, self.param, self._message = code, param, message

    def __str__(self) -> str:
        return self._message


def read_examples(content: bytes, param: str = "training_file") -> list[dict]:
    """The examples as they are in the file. `param` says which of the job's files this is.

    Raises BadFile: `invalid_training_file` names the first bad example and message,
    counted from 1; `invalid_n_examples` if a training file has fewer than 10.
    """
    return read_lines(content, param, _check_example)


def read_lines(content: bytes, param: str, check: Callable[[dict, str, str], None]) -> list[dict]:
    """The JSON objects of a file, after `check(object, "Example N", param)` of each. Raises BadFile."""
    try:
        lines = content.decode("utf-8-sig").split("\n")  # other line separators may be inside a JSON string
    except UnicodeDecodeError as error:
        raise bad_file(param, f"The file is not UTF-8 (byte {error.start}).") from None
    examples = [_read_line(line, f"Example {n}", param, check) for n, line in enumerate(filter(str.strip, lines), 1)]
    if param == "training_file" and len(examples) < MIN_EXAMPLES:
        raise BadFile(
            "invalid_n_examples",
            param,
            f"Training file has {len(examples)} example(s), but must have at least {MIN_EXAMPLES} examples",
        )
    if not examples:
        raise bad_file(param, "The file has no examples.")
    return examples


def _read_line(line: str, where: str, param: str, check: Callable[[dict, str, str], None]) -> dict:
    try:
        example = parse(line)
    except (ValueError, RecursionError) as error:
        raise bad_file(param, f"{where} is not JSON: {error}") from None
    if not isinstance(example, dict):
        raise bad_file(param, f"{where} is not a JSON object")
    check(example, where, param)
    return example


def _check_example(example: dict, where: str, param: str) -> None:
    messages = example.get("messages")
    if messages is None and any(key in example for key in PAIR_KEYS):
        message = f"{where} is a pair of answers: train with the method 'dpo', or give the example as \"messages\""
        raise bad_file(param, message)
    if not isinstance(messages, list) or not messages:
        raise bad_file(param, f'{where} has no list "messages"')
    if (extra := next((key for key in example if key not in KEYS), None)) is not None:
        raise bad_file(param, f'{where} contains an extra "{extra[:60]}"')
    for m, message in enumerate(messages, 1):
        check_turn(message, f"{where}, message {m}", param)
    if (m := unasked_result(messages)) is not None:
        what = "gives the result of a call that no message before it makes: add the call, or leave the result out"
        raise bad_file(param, f"{where}, message {m} {what}")
    check_tools_of(example, where, param)
    if not any(m["role"] == "assistant" and m.get("weight", 1) for m in messages):
        raise bad_file(param, f"{where} has no message from the assistant to learn from")


def check_turn(message, where: str, param: str) -> None:
    """Raise BadFile unless this is a message that can be trained on; `where` begins the sentence."""
    if not isinstance(message, dict) or "role" not in message:
        raise bad_file(param, f"{where} Discriminator 'role' is missing in value")
    if message["role"] not in tuple(MESSAGES):  # whatever was sent, even a list
        raise bad_file(param, f"{where} has the role {message['role']!r}, which this server does not train on")
    if fault := key_fault(message):
        raise bad_file(param, f"{where} {fault}")
    content, calls = message.get("content"), message.get("tool_calls") or message.get("function_call")
    if not calls and (content in ("", [], None) or (isinstance(content, str) and content.isspace())):
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


def check_tools_of(example: dict, where: str, param: str) -> None:
    """Raise BadFile where the tools beside an example's messages cannot be read."""
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
