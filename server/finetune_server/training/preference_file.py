"""Read a preference file: in each line one input, and two answers to it of which the first is preferred."""

from ..model.chat_template import normalize_messages
from ..protocol.messages import MESSAGES
from .training_file import PAIR_KEYS, bad_file, check_tools_of, check_turn, read_lines

SIDES = PAIR_KEYS[1:]
INPUT_KEYS = ("messages", "tools", "parallel_tool_calls")
FORM = '"input" with its "messages", and "preferred_output" and "non_preferred_output" with one answer each'


def read_pairs(content: bytes, param: str = "training_file") -> list[dict]:
    """The pairs as they stand in the file. `param` says which of the job's files this is.

    Raises BadFile: `invalid_training_file` names the first bad pair and message, counted from 1, and says what to do;
    `invalid_n_examples` if a training file has fewer than 10.
    """
    return read_lines(content, param, _check_pair)


def _check_pair(pair: dict, where: str, param: str) -> None:
    if "messages" in pair and not any(key in pair for key in PAIR_KEYS):
        message = f"{where} is one of the method 'supervised': train with that method, or give {FORM}"
        raise bad_file(param, message)
    _check_names(pair, PAIR_KEYS, where, param)
    _check_input(pair.get("input"), where, param)
    for side in SIDES:
        _check_answer(pair.get(side), side, where, param)
    if _said(pair, SIDES[0]) == _said(pair, SIDES[1]):
        message = f"{where} prefers an answer to the same answer: give two that differ, or leave the example out"
        raise bad_file(param, message)


def _check_input(given, where: str, param: str) -> None:
    messages = given.get("messages") if isinstance(given, dict) else None
    if not isinstance(messages, list) or not messages:
        raise bad_file(param, f'{where} has no "input" with a list "messages": give what both answers reply to')
    _check_names(given, INPUT_KEYS, f"{where}, input", param)
    for m, message in enumerate(messages, 1):
        _check_message(message, f"{where}, input message {m}", param)
    if messages[-1]["role"] == "assistant":
        message = f"{where}, input message {len(messages)} is from the assistant, and so are the answers: leave it out"
        raise bad_file(param, message)
    check_tools_of(given, f"{where}, input", param)


def _check_answer(answer, side: str, where: str, param: str) -> None:
    if answer is None:
        raise bad_file(param, f'{where} has no "{side}": give a list with one message from the assistant')
    if not isinstance(answer, list) or len(answer) != 1:
        found = f"{len(answer)} messages" if isinstance(answer, list) else "no list of messages"
        message = (
            f'{where} has {found} in "{side}": give one message from the assistant; earlier turns stand in "input"'
        )
        raise bad_file(param, message)
    _check_message(answer[0], f"{where}, {side}", param)
    if answer[0]["role"] != "assistant":
        message = f"{where}, {side} is from the {answer[0]['role']}: give a message from the assistant"
        raise bad_file(param, message)


def _check_message(message, where: str, param: str) -> None:
    check_turn(message, where, param)
    known = MESSAGES[message["role"]]
    _check_names(message, known.__required_keys__ | known.__optional_keys__, where, param)


def _check_names(given: dict, known, where: str, param: str) -> None:
    if (extra := next((name for name in given if name not in known), None)) is not None:
        raise bad_file(param, f'{where} contains an extra "{extra[:60]}": leave it out')


def _said(pair: dict, side: str) -> dict:
    """An answer as a chat template sees it, but for space around it, which many leave out."""
    [message] = normalize_messages(pair[side])
    return message | {"content": message["content"].strip()}
