"""Examples of a training file as token ids, and which of these are learned."""

from .batches import IGNORE
from .messages import NotShown, check_shown, plain, render, template_settings, token_ids
from .training_file import bad_file


def encode(tokenizer, example: dict) -> tuple[list[int], list[int]]:
    """Token ids of an example and its labels: ids where the assistant speaks, else IGNORE.

    Raises NotShown if the model's chat template cannot show the example as it is.
    """
    shown, said = plain(example["messages"]), template_settings(example)
    check_shown(tokenizer, shown, **said)
    whole, learned = "", []
    for i, message in enumerate(example["messages"]):
        if message["role"] != "assistant" or not message.get("weight", 1):
            continue
        if i == 0:
            raise NotShown(0, "there is nothing it answers to; give it the weight 0")
        prompt = render(tokenizer, shown[:i], prompt=True, **said)
        before, whole = whole, render(tokenizer, shown[: i + 1], **said)
        if not (prompt.startswith(before) and whole.startswith(prompt)):
            raise NotShown(
                i,
                "the model's chat template changes what stands before it; "
                "learn one message an example, the others with the weight 0",
            )
        learned.append((len(token_ids(tokenizer, prompt)), len(token_ids(tokenizer, whole))))
    ids = token_ids(tokenizer, whole)
    labels = [IGNORE] * len(ids)
    for start, end in learned:
        labels[start:end] = ids[start:end]
    return ids, labels


def encode_file(tokenizer, examples: list[dict], context: int, param: str) -> list[tuple[list[int], list[int]]]:
    """All examples of a file, encoded. Raises BadFile that names the first one the model cannot learn from."""
    encoded = []
    for n, example in enumerate(examples, 1):
        try:
            ids, labels = encode(tokenizer, example)
        except NotShown as error:
            place = f"Example {n}" if error.message is None else f"Example {n}, message {error.message + 1}"
            raise bad_file(param, f"{place}: {error}") from None
        if len(ids) > context:
            raise bad_file(param, f"Example {n} has {len(ids)} tokens, and the model reads {context}")
        encoded.append((ids, labels))
    return encoded
