"""One choice of an answer while it grows: its tokens become text."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch

from .sampling import Sampling, adjusted, pick
from .vocabulary import Vocabulary


@dataclass
class Answer:
    """One choice while it grows. `seconds` counts the model's work on its batch, not its waiting."""

    index: int
    prompt_tokens: int
    completion_tokens: int = 0
    text: str = ""
    logprobs: list[dict] = field(default_factory=list)  # of the tokens in `text`, if asked for
    finish_reason: str | None = None
    seconds: float = 0.0


class Row:
    """One choice of a request in a batch: it takes token after token until its answer is finished."""

    def __init__(
        self, model: str, ids: list[int], sampling: Sampling, index: int, put: Callable, vocabulary: Vocabulary
    ):
        self.model, self.ids, self.sampling, self.put = model, ids, sampling, put
        self.wanted = True  # until nobody waits for the answer any more
        self._vocabulary = vocabulary
        self._random = torch.Generator()
        self._random.seed() if sampling.seed is None else self._random.manual_seed(sampling.seed + index)
        self._answer = Answer(index, prompt_tokens=len(ids))
        self._produced: list[int] = []
        self._text = ""
        self._entries: list[tuple[int, dict]] = []  # where in the text a token begins, and its logprobs

    def choose(self, logits: torch.Tensor) -> int:
        """The next token by the request's sampling."""
        sampling = self.sampling
        token = pick(adjusted(logits, self._produced, sampling), sampling, self._random)
        if sampling.top_logprobs is not None:
            self._entries.append((len(self._text), self._vocabulary.logprobs(logits, token, sampling.top_logprobs)))
        return token

    def take(self, token: int, ends: set[int], room: int, seconds: float) -> bool:
        """Add a token; False if the answer is finished with it."""
        answer = self._answer
        answer.seconds += seconds
        answer.completion_tokens += 1
        if token in ends:
            answer.finish_reason = "stop"
        else:
            self._produced.append(token)
            self._read(self._vocabulary.text(self._produced))
            if not answer.finish_reason and len(self._produced) >= min(self.sampling.max_tokens, room - len(self.ids)):
                answer.finish_reason = "length"
        answer.text = self._text if answer.finish_reason else self._text[: len(self._text) - self._held_back()]
        answer.logprobs = [entry for start, entry in self._entries if start < len(answer.text)]
        self.put(replace(answer))
        return not answer.finish_reason

    def _read(self, text: str) -> None:
        if cut := [text.index(stop) for stop in self.sampling.stop if stop in text]:
            self._text, self._answer.finish_reason = text[: min(cut)], "stop"
        elif not text.endswith("\ufffd"):  # half of a character is not shown yet
            self._text = text

    def _held_back(self) -> int:
        """How many characters at the end may turn out to begin a stop sequence."""
        begun = (n for stop in self.sampling.stop for n in range(1, len(stop)) if self._text.endswith(stop[:n]))
        return max(begun, default=0)
