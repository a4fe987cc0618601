"""Tokens as OpenAI bills them, and what such a count has to assume."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .tokenizer import assumption, count, encoding
from .tokenizer import base_model as base_model  # training_data may import tokens only

TOKENS_PER_MESSAGE, TOKENS_PER_EXAMPLE = 4, 1  # billed besides the contents; see `bill`
NOT_IN_THE_RULE = ("name", "refusal", "tool_calls", "tool_call_id", "function_call", "tools", "functions")


@dataclass(frozen=True)
class Bill:
    """Tokens billed for one epoch. `assumed` holds a sentence for each thing that had to be assumed."""

    model: str
    encoding: str
    examples: int
    tokens: int
    assumed: tuple[str, ...] = ()

    def __str__(self) -> str:
        says = f"{self.tokens:,} tokens an epoch in {self.examples:,} examples, counted with {self.encoding}."
        return f"{says} Assumed: {'; '.join(self.assumed)}." if self.assumed else says


def bill(examples: Iterable[dict], model: str) -> Bill:
    """The tokens that one epoch over these examples bills. They may come from a generator: none is kept.

    For each example: the tokens of all messages' contents, whatever the role, 4 for each message, and 1. This
    was checked to the token against five real jobs, whose examples had three messages. `assumed` says what was done
    where the rule does not apply. Raises ValueError that names example and message for what cannot be
    counted: images, or no messages.
    """
    tokens = n = 0
    beyond: set[str] = set()
    for n, example in enumerate(examples, 1):
        texts, not_in_the_rule = _texts(example, n)
        tokens += sum(count(text, model) for text in texts)
        tokens += TOKENS_PER_MESSAGE * len(example["messages"]) + TOKENS_PER_EXAMPLE
        beyond.update(not_in_the_rule)
    return Bill(model, encoding(model).name, n, tokens, tuple(_assumed(model, beyond)))


def billed(example: dict, model: str) -> int:
    """The tokens billed for one example in one epoch. See `bill`, which also says what is assumed."""
    return bill([example], model).tokens


def _assumed(model: str, beyond: set[str]) -> Iterable[str]:
    if sentence := assumption(model):
        yield sentence
    if "number" in beyond:
        yield "the rule was checked on examples of three messages, and is taken to hold for any number"
    if "weight" in beyond:
        yield "messages of weight 0 are billed like all others"
    if fields := sorted(beyond & {*NOT_IN_THE_RULE, "content parts"}):
        yield f"how OpenAI bills {', '.join(fields)} is not known, so their text or JSON is counted"


def _texts(example: dict, n: int) -> tuple[list[str], list[str]]:
    """The texts of one example that are counted, and the names of what the rule does not cover."""
    messages = example.get("messages") if isinstance(example, dict) else None
    if not isinstance(messages, list) or not messages:
        raise ValueError(f'Example {n} has no list "messages", so its tokens cannot be counted.')
    texts, beyond = _outside_the_rule(example)
    if len(messages) != 3:
        beyond.append("number")
    for m, message in enumerate(messages, 1):
        texts += _contents(message, f"Example {n}, message {m}")
        if isinstance(message.get("content"), list):
            beyond.append("content parts")
        if len(message) > 2 or "content" not in message:
            more, fields = _outside_the_rule(message)
            texts, beyond = texts + more, beyond + fields
            if message.get("weight") == 0:
                beyond.append("weight")
    return texts, beyond


def _outside_the_rule(thing: dict) -> tuple[list[str], list[str]]:
    fields = [name for name in NOT_IN_THE_RULE if thing.get(name)]
    values = [thing[name] for name in fields]
    return [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values], fields


def _contents(message: dict, where: str) -> list[str]:
    """The texts of a message's content: one text, a list of parts, or nothing."""
    if not isinstance(message, dict):
        raise ValueError(f"{where} is not an object with a role and a content.")
    content = message.get("content")
    if isinstance(content, str):
        return [content]
    parts = content if isinstance(content, list) else [content] if content is not None else []
    kinds = [part.get("type") if isinstance(part, dict) else None for part in parts]
    found = [part.get(kind) if kind in ("text", "refusal") else None for part, kind in zip(parts, kinds, strict=True)]
    texts = [text for text in found if isinstance(text, str)]
    if len(texts) < len(found):
        raise ValueError(f"{where}: only text can be counted, and this content holds something else.")
    return texts


class Conversation(NamedTuple):
    """Mean tokens that a model reads and writes in one conversation, contents only, and its mean number of answers."""

    prompt: float
    completion: float
    answers: float


def per_conversation(examples: list[dict], model: str) -> Conversation:
    """Mean tokens of these conversations. For each answer the model reads all messages before it, again.

    Contents only: the tokens that the chat format adds are not known for every model. Raises ValueError as `bill`.
    """
    if not examples:
        raise ValueError("There is no example to count.")
    prompt = completion = answers = 0
    for n, example in enumerate(examples, 1):
        _texts(example, n)
        before = 0
        for message in example["messages"]:
            length = sum(count(text, model) for text in _contents(message, f"Example {n}"))
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
