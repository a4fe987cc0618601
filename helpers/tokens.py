"""Tokens as OpenAI bills them, and what such a count has to assume."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .counted_texts import EXAMPLE_FIELDS, MESSAGE_FIELDS, Counted, beside_messages, in_message
from .plural import plural
from .tokenizer import assumption, count, encoding, is_smollm2
from .tokenizer import base_model as base_model  # training_data may import tokens only
from .tokenizer import plain_name as plain_name

TOKENS_PER_MESSAGE, TOKENS_PER_EXAMPLE = 4, 1  # billed besides the contents; see `bill`
SIDES = ("preferred_output", "non_preferred_output")  # of a line of a preference file
SMOLLM2_PER_MESSAGE = 4  # besides role and content: <|im_start|>, a line break, <|im_end|>, a line break
SMOLLM2_OWN_PROMPT = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"  # if there is no other


@dataclass(frozen=True)
class Bill:
    """Tokens billed for one epoch. `assumed` holds a sentence for each thing that had to be assumed."""

    model: str
    encoding: str
    examples: int
    tokens: int
    assumed: tuple[str, ...] = ()

    def __str__(self) -> str:
        counted = f"{plural(self.tokens, 'token')} an epoch in {plural(self.examples, 'example')}"
        says = f"{counted}, counted with {self.encoding}."
        return f"{says} Assumed: {'; '.join(self.assumed)}." if self.assumed else says


def bill(examples: Iterable[dict], model: str) -> Bill:
    """The tokens that one epoch over these examples bills. They may come from a generator: none is kept.

    For each example: the tokens of all messages' contents, whatever the role, 4 for each message, and 1. This
    was checked to the token against five real jobs, whose examples had three messages. SmolLM2, which the local server
    trains, has a chat format of its own, and is counted by that. Of a pair of answers both are counted, each with its
    input. `assumed` says what was done where the rule does not apply. Raises ValueError that names example and message
    for what cannot be counted: images, or no messages.
    """
    tokens = n = 0
    beyond: set[str] = set()
    for n, example in enumerate(examples, 1):
        for read in _read_of(example, n):
            counted = _counted(read, n)
            tokens += count_texts(counted, model) + format_tokens(read["messages"], model)
            beyond.update([*counted.unknown, *(["pair"] if read is not example else [])])
    return Bill(model, encoding(model).name, n, tokens, tuple(_assumed(model, beyond)))


def billed(example: dict, model: str) -> int:
    """The tokens billed for one example in one epoch. See `bill`, which also says what is assumed."""
    return bill([example], model).tokens


def count_texts(counted: Counted, model: str) -> int:
    """The tokens of all these texts."""
    return sum(count(text, model) for text in counted.texts)


def format_tokens(messages: list, model: str) -> int:
    """The tokens that the chat format adds to the contents of one example's messages."""
    if not is_smollm2(model):
        return TOKENS_PER_MESSAGE * len(messages) + TOKENS_PER_EXAMPLE
    roles = [message.get("role") if isinstance(message, dict) else None for message in messages]
    own_prompt = [] if roles[:1] in (["system"], ["developer"]) else ["system", SMOLLM2_OWN_PROMPT]
    said = sum(count(text, model) for text in [*roles, *own_prompt] if isinstance(text, str))
    return said + SMOLLM2_PER_MESSAGE * (len(roles) + bool(own_prompt))


def _assumed(model: str, beyond: set[str]) -> Iterable[str]:
    if sentence := assumption(model):
        yield sentence
    if "number" in beyond and not is_smollm2(model):
        yield "4 tokens a message were checked on examples of three messages, and are taken to hold for any number"
    if "pair" in beyond:
        yield "how OpenAI bills a pair is not known, so both answers are counted, each with its input"
    if "weight" in beyond:
        yield "messages of weight 0 are billed like all others"
    if fields := sorted(beyond & {*MESSAGE_FIELDS, *EXAMPLE_FIELDS, "content parts"}):
        yield f"how OpenAI bills {', '.join(fields)} is not known, so their text or JSON is counted"


def _read_of(example: dict, n: int) -> list[dict]:
    """The conversations that a training reads of an example: two where it prefers one answer to another."""
    if not isinstance(example, dict) or "messages" in example or not any(side in example for side in SIDES):
        return [example]
    given = example["input"] if isinstance(example.get("input"), dict) else {}
    asked: list = _list(given.get("messages"))
    answers = [_list(example.get(side)) for side in SIDES]
    if not asked or not all(answers):
        raise ValueError(
            f'Example {n} has no "input" with "messages", or not both of {" and ".join(SIDES)}, so its tokens cannot '
            "be counted."
        )
    return [{**given, "messages": [*asked, *answer]} for answer in answers]


def _list(value) -> list:
    return value if isinstance(value, list) else []


def _counted(example: dict, n: int) -> Counted:
    """What is counted of one example, with "number" and "weight" among what the rule does not cover."""
    messages = example.get("messages") if isinstance(example, dict) else None
    if not isinstance(messages, list) or not messages:
        raise ValueError(f'Example {n} has no list "messages", so its tokens cannot be counted.')
    counted = beside_messages(example)
    if len(messages) != 3:
        counted.unknown.append("number")
    for m, message in enumerate(messages, 1):
        of_message = _in_message(message, f"Example {n}, message {m}")
        counted.texts.extend(of_message.texts)
        counted.unknown.extend(of_message.unknown)
        if message.get("weight") == 0:
            counted.unknown.append("weight")
    return counted


def _in_message(message: dict, where: str) -> Counted:
    if not isinstance(message, dict):
        raise ValueError(f"{where} is not an object with a role and a content.")
    counted = in_message(message)
    if counted.left_out:
        raise ValueError(f"{where}: only text can be counted, and its content holds {', '.join(counted.left_out)}.")
    return counted


class Conversation(NamedTuple):
    """Mean tokens that a model reads and writes in one conversation, and its mean number of answers."""

    prompt: float
    completion: float
    answers: float


def per_conversation(examples: list[dict], model: str) -> Conversation:
    """Mean tokens of these conversations. For each answer the model reads all messages before it, again.

    Contents, calls, and tools, which are read for each answer; the tokens that the chat format adds are not known for
    every model. Raises ValueError as `bill`.
    """
    if not examples:
        raise ValueError("There is no example to count.")
    prompt = completion = answers = 0
    for n, example in enumerate(examples, 1):
        _counted(example, n)
        before = count_texts(beside_messages(example), model)
        for message in example["messages"]:
            length = count_texts(in_message(message), model)
            if message.get("role") == "assistant":
                prompt, completion, answers = prompt + before, completion + length, answers + 1
            before += length
    n = len(examples)
    return Conversation(prompt / n, completion / n, answers / n)


def epochs_when_auto(examples: int) -> int:
    """The number of epochs that OpenAI chooses for so many examples if `n_epochs` is "auto".

    3, but more for small files, so that about 100 examples are seen, at most 25; and fewer for files of which 3
    epochs would show more than 25,000. So it is in OpenAI's cookbook (Chat_finetuning_data_prep) and in real jobs.
    """
    if examples * 3 < 100:
        return min(25, 100 // examples)
    if examples * 3 > 25_000:
        return max(1, 25_000 // examples)
    return 3
