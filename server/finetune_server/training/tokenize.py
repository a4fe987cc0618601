"""Turn the examples of a training file into token ids and labels.

The chat template has to be prefix-preserving: a message may not change how those before it are rendered.
"""

from ..model.batching import IGNORE, Example
from ..model.chat_template import (
    ChatTemplateError,
    check_template_renders,
    normalize_messages,
    render,
    template_kwargs,
    token_ids,
)
from .training_file import bad_file


def tokenize_example(tokenizer, example: dict) -> Example:
    """An example as tokens; those that the assistant says are learned, unless the message has the weight 0.

    Raises ChatTemplateError if the model's chat template cannot render the example as it is.
    """
    messages, kwargs = normalize_messages(example["messages"]), template_kwargs(example)
    check_template_renders(tokenizer, messages, **kwargs)
    whole, learned = "", []
    for i, message in enumerate(example["messages"]):
        if message["role"] != "assistant" or not message.get("weight", 1):
            continue
        if i == 0:
            raise ChatTemplateError(0, "there is nothing it answers to; give it the weight 0")
        prompt = render(tokenizer, messages[:i], prompt=True, **kwargs)
        before, whole = whole, render(tokenizer, messages[: i + 1], **kwargs)
        if not (prompt.startswith(before) and whole.startswith(prompt)):
            raise ChatTemplateError(
                i,
                "the model's chat template changes what stands before it; "
                "train on one message per example, and give the others the weight 0",
            )
        learned.append((len(token_ids(tokenizer, prompt)), len(token_ids(tokenizer, whole))))
    ids = token_ids(tokenizer, whole)
    labels = [IGNORE] * len(ids)
    for start, end in learned:
        labels[start:end] = ids[start:end]
    return Example(ids, labels)


def tokenize_file(tokenizer, examples: list[dict], context_length: int, param: str) -> list[Example]:
    """All examples of a file as tokens. Raises BadFile, which names the first that the model cannot learn from."""
    tokenized = []
    for n, example in enumerate(examples, 1):
        try:
            tokens = tokenize_example(tokenizer, example)
        except ChatTemplateError as error:
            place = f"Example {n}" if error.message is None else f"Example {n}, message {error.message + 1}"
            raise bad_file(param, f"{place}: {error}") from None
        if len(tokens.ids) > context_length:
            message = f"Example {n} has {len(tokens.ids)} tokens, and the model reads {context_length}"
            raise bad_file(param, message)
        tokenized.append(tokens)
    return tokenized
