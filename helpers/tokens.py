"""Tokens as OpenAI's bill counts them, and what such a count has to assume."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from .tokenizer import assumption, count, encoding
from .tokenizer import base_model as base_model  # the checks say tokens.base_model(...)

PER_MESSAGE, PER_EXAMPLE = 4, 1
NOT_IN_THE_RULE = ("name", "refusal", "tool_calls", "tool_call_id", "function_call", "tools", "functions")


@dataclass(frozen=True)
class Bill:
    """Tokens billed for one epoch. `assumed` holds a sentence for each thing that is not known; empty if all is."""

    model: str
    encoding: str
    examples: int
    tokens: int
    assumed: tuple[str, ...] = ()

    def __str__(self) -> str:
        says = f"{self.tokens:,} tokens an epoch in {self.examples:,} examples, counted with {self.encoding}."
        return f"{says} Assumed: {'; '.join(self.assumed)}." if self.assumed else says


def bill(examples: Iterable[dict], model: str) -> Bill:
    """What one epoch over these examples bills. They may come from a generator: none is kept.

    Tokens of all messages' contents, 4 for each message and 1 for the example, all roles: this was checked to the
    token against five real jobs of three-message examples. Where the rule is silent, `assumed` says what was done.
    Raises ValueError, which names the example and message, for what cannot be counted: images, or no messages.
    """
    tokens = n = 0
    beyond: set[str] = set()
    for n, example in enumerate(examples, 1):
        texts, not_in_the_rule = _texts(example, n)
        tokens += sum(count(text, model) for text in texts) + PER_MESSAGE * len(example["messages"]) + PER_EXAMPLE
        beyond.update(not_in_the_rule)
    return Bill(model, encoding(model).name, n, tokens, tuple(_assumed(model, beyond)))


def billed(example: dict, model: str) -> int:
    """Tokens billed for one example and one epoch. See `bill`, which also says what is assumed."""
    return bill([example], model).tokens


def _assumed(model: str, beyond: set[str]) -> Iterable[str]:
    if said := assumption(model):
        yield said
    if "number" in beyond:
        yield "the rule was checked on examples of three messages, and is taken to hold for any number"
    if "weight" in beyond:
        yield "messages of weight 0 are billed like all others"
    if fields := sorted(beyond & {*NOT_IN_THE_RULE, "content parts"}):
        yield f"how OpenAI bills {', '.join(fields)} is not known, so their text or JSON is counted"


def _texts(example: dict, n: int) -> tuple[list[str], list[str]]:
    """The texts of one example that are counted, and what of it the rule does not cover."""
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
    """Mean tokens of one conversation, as an API reads and writes it: `answers` of them, contents only."""

    prompt: float
    completion: float
    answers: float


def per_conversation(examples: list[dict], model: str) -> Conversation:
    """What having these conversations takes. For each answer the model reads all that was said before it, again.

    Contents only: what the chat format adds is not known for every model. Raises ValueError as `bill` does.
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
    """How often OpenAI goes through the training file if `n_epochs` is "auto", as seen in real jobs."""
    if examples * 3 < 100:
        return min(25, 100 // examples)
    if examples * 3 > 25_000:
        return max(1, 25_000 // examples)
    return 3
