"""The vocabulary of a byte-level BPE tokenizer in GGUF's words.

A wrong name for how the text is split first (the pre-tokenizer) makes other tokens of the same text, without an error.
So it is taken from what the tokenizer does, not from what the model is called.
"""

import json
from dataclasses import dataclass

from gguf import TokenType

from .not_exportable import NotExportable

GPT2_SPLIT = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
SINGLE_DIGITS = {"type": "Digits", "individual_digits": True}
PRE_TOKENIZERS = {"gpt-2": [GPT2_SPLIT], "smollm": [SINGLE_DIGITS, GPT2_SPLIT]}  # by llama.cpp's names


@dataclass(frozen=True)
class Vocabulary:
    """All tokens by id with their types, the merges in their order, and the name of the pre-tokenizer."""

    tokens: list[str]
    types: list[TokenType]
    merges: list[str]
    pre_tokenizer: str


def read_vocabulary(tokenizer, size: int) -> Vocabulary:
    """The vocabulary of a fast tokenizer, filled up to `size` tokens. Raises NotExportable for any other kind."""
    written = json.loads(tokenizer.backend_tokenizer.to_str())
    model = written["model"]
    unlike = ("byte_fallback", "ignore_merges", "dropout", "continuing_subword_prefix", "end_of_word_suffix")
    if (
        model["type"] != "BPE"
        or any(model.get(name) for name in unlike)
        or written["normalizer"]
        or not model["merges"]
    ):
        raise NotExportable("GGUF is written for byte-level BPE tokenizers only, and this model's is another one")
    added = {token["id"]: token for token in written["added_tokens"]}
    if any(token[flag] for token in added.values() for flag in ("lstrip", "rstrip", "single_word")):
        raise NotExportable("GGUF cannot say that a token takes up the spaces beside it, and one of this model's does")
    by_id = {id: token for token, id in model["vocab"].items()} | {id: token["content"] for id, token in added.items()}
    ids = range(size)
    return Vocabulary(
        tokens=[by_id.get(id, f"[PAD{id}]") for id in ids],
        types=[token_type(id in by_id, added.get(id)) for id in ids],
        merges=[merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]],
        pre_tokenizer=pre_tokenizer_name(written["pre_tokenizer"]),
    )


def token_type(known: bool, added: dict | None) -> TokenType:
    if not known:
        return TokenType.UNUSED
    if added is None:
        return TokenType.NORMAL
    return TokenType.CONTROL if added["special"] else TokenType.USER_DEFINED


def pre_tokenizer_name(written: dict | None) -> str:
    """llama.cpp's name for a pre-tokenizer as tokenizers writes it. Raises NotExportable if it is not known here."""
    steps = (written or {}).get("pretokenizers", [written])
    does = [{name: value for name, value in (step or {}).items() if name != "trim_offsets"} for step in steps]
    for name, known in PRE_TOKENIZERS.items():
        if does == known:
            return name
    raise NotExportable(
        "GGUF is written for tokenizers that split text as GPT-2's or SmolLM's does, and this one does not"
    )
