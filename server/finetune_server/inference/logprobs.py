"""Tokens as bytes, and their log-probabilities as the chat API shows them."""

import re

import torch
from transformers.convert_slow_tokenizer import bytes_to_unicode

BYTES = {character: byte for byte, character in bytes_to_unicode().items()}  # how byte-level vocabularies spell bytes


class Vocabulary:
    """The tokens of a model."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer.backend_tokenizer
        self._byte_level = "ByteLevel" in str(self.tokenizer.decoder)
        self._spelling = tokenizer.convert_ids_to_tokens

    def logprobs(self, logits: torch.Tensor, token: int, top: int) -> dict:
        """Log-probability of a token and of the `top` likeliest, before temperature, penalties and biases.

        `logits` has one value a token of the vocabulary.
        """
        log_probs = torch.log_softmax(logits, -1)
        likeliest = [self._entry(int(other), log_probs) for other in log_probs.topk(top).indices]
        return self._entry(token, log_probs) | {"top_logprobs": likeliest}

    def _entry(self, token: int, log_probs: torch.Tensor) -> dict:
        spelled = self._bytes(self._spelling(token))
        return {"token": spelled.decode(errors="replace"), "logprob": float(log_probs[token]), "bytes": list(spelled)}

    def _bytes(self, spelling: str | None) -> bytes:
        if spelling is None:  # the model has room for more tokens than the vocabulary
            return b""
        if self._byte_level and all(character in BYTES for character in spelling):
            return bytes(BYTES[character] for character in spelling)
        if re.fullmatch("<0x[0-9A-F]{2}>", spelling):
            return bytes([int(spelling[3:5], 16)])
        return spelling.replace("\u2581", " ").encode()
