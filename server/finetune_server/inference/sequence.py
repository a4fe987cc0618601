"""One choice of an answer while it is generated: its tokens become text."""

from collections.abc import Callable
from dataclasses import replace

import torch
from tokenizers.decoders import DecodeStream

from .answer import Answer, Prompt
from .grammar import GrammarError
from .logprobs import Vocabulary
from .sampling import adjusted_logits, draw_token


class Sequence:
    """The tokens of one choice. `put` takes the answer."""

    def __init__(
        self,
        prompt: Prompt,
        index: int,
        put: Callable[[Answer | Exception], None],
        vocabulary: Vocabulary,
        context_length: int,
    ):
        self.model, self.ids, self.sampling, self.put = prompt.model, prompt.ids, prompt.sampling, put
        self.cancelled = False  # set when nobody waits for the answer any more
        self._vocabulary, self._stream = vocabulary, prompt.stream
        self._constraint = prompt.constraint.copy() if prompt.constraint else None
        self._max_tokens = min(self.sampling.max_tokens, context_length - len(self.ids))
        self._rng = torch.Generator()
        seed = self.sampling.seed
        self._rng.seed() if seed is None else self._rng.manual_seed(seed + index)
        self._answer = Answer(index, prompt_tokens=len(self.ids))
        self._decoder = DecodeStream(skip_special_tokens=True)
        self._produced: list[int] = []
        self._text = ""
        self._entries: list[tuple[int, dict]] = []  # where in the text a token begins, and its logprobs

    @property
    def wanted(self) -> bool:
        """Whether it is to grow: it is not finished, and somebody waits for it."""
        return not (self.cancelled or self._answer.finish_reason)

    def sample(self, logits: torch.Tensor) -> int:
        """The next token by the request's sampling. `logits` has one value a token of the vocabulary."""
        sampling = self.sampling
        token = draw_token(self._allowed(adjusted_logits(logits, self._produced, sampling)), sampling, self._rng)
        if sampling.top_logprobs is not None:
            self._entries.append((len(self._text), self._vocabulary.logprobs(logits, token, sampling.top_logprobs)))
        return token

    def _allowed(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits of the tokens that may come next. Where none may, the answer ends with the error."""
        try:
            return self._constraint.masked(logits) if self._constraint else logits
        except GrammarError as error:
            self.cancelled = True
            self.put(error)
            return logits

    def append(self, token: int, end_ids: set[int], seconds: float) -> None:
        """Add a token, which took `seconds`, and put the answer if somebody waits for it."""
        if self.cancelled:
            return
        answer = self._answer
        answer.seconds += seconds
        answer.completion_tokens += 1
        if token in end_ids:
            answer.finish_reason = "stop"
        else:
            self._produced.append(token)
            self._read(self._decoded(token))
            if self._constraint and self._constraint.consume(token):
                answer.finish_reason = "stop"
            if not answer.finish_reason and len(self._produced) >= self._max_tokens:
                answer.finish_reason = "length"
        if answer.finish_reason or self._stream:
            answer.text = self._text if answer.finish_reason else self._text[: len(self._text) - self._held_back()]
            answer.logprobs = self._logprobs(answer)
            self.put(replace(answer))

    def _logprobs(self, answer: Answer) -> list[dict]:
        """Of the tokens in the answer's text; where its limit cut it off, also of those that begin a character."""
        if answer.finish_reason == "length":
            return [entry for _, entry in self._entries]
        return [entry for start, entry in self._entries if start < len(answer.text)]

    def _decoded(self, token: int) -> str:
        """The text that a token completes; empty in the middle of a character."""
        try:
            return self._decoder.step(self._vocabulary.tokenizer, token) or ""
        except Exception:  # tokenizers raises its plainest type where a token changes the text before it
            self._decoder = DecodeStream(skip_special_tokens=True)
            return self._decoder.step(self._vocabulary.tokenizer, token) or ""

    def _read(self, new: str) -> None:
        """Add text, up to the first stop sequence."""
        longest = max(map(len, self.sampling.stop), default=0)
        begin = max(0, len(self._text) - longest)
        self._text += new
        if cut := [at for stop in self.sampling.stop if (at := self._text.find(stop, begin)) >= 0]:
            self._text, self._answer.finish_reason = self._text[: min(cut)], "stop"

    def _held_back(self) -> int:
        """How many characters at the end may turn out to begin a stop sequence."""
        beginnings = (n for stop in self.sampling.stop for n in range(1, len(stop)) if self._text.endswith(stop[:n]))
        return max(beginnings, default=0)
