"""Read the file of the method reinforcement: in each line messages that end with a question, and keys for graders."""

from ..graders.grade import Grader
from ..graders.placeholders import MissingValue, look_up
from .training_file import PAIR_KEYS, bad_file, check_tools_of, check_turn, read_lines


def read_items(content: bytes, param: str = "training_file") -> list[dict]:
    """The lines as they stand in the file. `param` says which of the job's files this is.

    Raises BadFile: `invalid_training_file` names the first bad line and message, counted from 1, and says what to do;
    `invalid_n_examples` if a training file has fewer than 10.
    """
    return read_lines(content, param, _check_item)


def check_items_fit(items: list[dict], grader: Grader, param: str) -> None:
    """Raise BadFile for the first line without a key that a template of the grader names."""
    named = [one for one in grader.placeholders() if one.namespace == "item"]
    for n, item in enumerate(items, 1):
        for placeholder in named:
            try:
                look_up(placeholder, {"item": item})
            except MissingValue:
                key = placeholder.text.removeprefix("item.")
                message = f'Example {n} has no "{key}", which the grader names as {{{{{placeholder.text}}}}}: add it'
                raise bad_file(param, message) from None


def _check_item(item: dict, where: str, param: str) -> None:
    if any(key in item for key in PAIR_KEYS):
        raise bad_file(param, f"{where} is a pair of answers: train with the method 'dpo', or give \"messages\"")
    messages = item.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_file(param, f'{where} has no list "messages"')
    for m, message in enumerate(messages, 1):
        check_turn(message, f"{where}, message {m}", param)
    if messages[-1]["role"] == "assistant":
        message = f"{where}, message {len(messages)} is from the assistant, whose answers are sampled: leave it out"
        raise bad_file(param, message)
    check_tools_of(item, where, param)
