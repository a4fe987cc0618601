"""Tokens as text, and their log probabilities as the chat API shows them."""

import re
from functools import partial

import torch
from transformers.convert_slow_tokenizer import bytes_to_unicode

BYTES = {character: byte for byte, character in bytes_to_unicode().items()}  # how byte-level vocabularies spell bytes


class Vocabulary:
    """What the tokens of a model say."""

    def __init__(self, tokenizer):
        self.text = partial(tokenizer.decode, skip_special_tokens=True)
        self._piece = tokenizer.convert_ids_to_tokens
        self._byte_level = "ByteLevel" in str(tokenizer.backend_tokenizer.decoder)

    def logprobs(self, logits: torch.Tensor, token: int, top: int) -> dict:
        """What the model thought of a token and its `top` rivals, before temperature, penalties and biases.

        `logits` has one value a token.
        """
        chances = torch.log_softmax(logits, -1)
        best = [self._shown(int(rival), chances) for rival in chances.topk(top).indices]
        return self._shown(token, chances) | {"top_logprobs": best}

    def _shown(self, token: int, chances: torch.Tensor) -> dict:
        spelled = self._bytes(self._piece(token))
        return {"token": spelled.decode(errors="replace"), "logprob": float(chances[token]), "bytes": list(spelled)}

    def _bytes(self, piece: str | None) -> bytes:
        if piece is None:  # the model has room for more tokens than the vocabulary
            return b""
        if self._byte_level and all(character in BYTES for character in piece):
            return bytes(BYTES[character] for character in piece)
        if re.fullmatch("<0x[0-9A-F]{2}>", piece):
            return bytes([int(piece[3:5], 16)])
        return piece.replace("\u2581", " ").encode()
