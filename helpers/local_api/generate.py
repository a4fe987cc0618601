"""Answer chats with the base model or a tuned one, several at once.

Requests that arrive together are answered as one batch: most of a small model's time goes
into reading its weights, and a batch reads them once for all its rows.
"""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from .logprobs import Logprobs
from .messages import check_shown, plain, render, token_ids
from .store import Store
from .weights import context_length

LARGEST_BATCH = 16
GATHER_SECONDS = 0.05  # how long a batch waits for one more request


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


@dataclass(frozen=True)
class Sampling:
    max_tokens: int = 512
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    logit_bias: dict[int, float] = field(default_factory=dict)
    top_logprobs: int | None = None  # None: no logprobs are wanted


class TooLong(ValueError):
    """Prompt and answer do not fit into the model's context."""


class Row:
    """One choice of a request in a batch: it takes token after token until its answer is finished."""

    def __init__(self, model: str, ids: list[int], sampling: Sampling, index: int, grown: queue.Queue, vocabulary):
        self.model, self.ids, self.sampling, self.grown = model, ids, sampling, grown
        self._tokenizer, self._logprobs = vocabulary
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
            self._entries.append((len(self._text), self._logprobs.entry(logits, token, sampling.top_logprobs)))
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
            self._read(self._tokenizer.decode(self._produced, skip_special_tokens=True))
            if not answer.finish_reason and len(self._produced) >= min(self.sampling.max_tokens, room - len(self.ids)):
                answer.finish_reason = "length"
        answer.text = self._text if answer.finish_reason else self._text[: len(self._text) - self._held_back()]
        answer.logprobs = [entry for start, entry in self._entries if start < len(answer.text)]
        self.grown.put(replace(answer))
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


class Models(threading.Thread):
    """The thread that answers. It keeps the last two models used in memory, adapters merged in."""

    def __init__(self, base_folder: Path, base_name: str, store: Store):
        super().__init__(daemon=True, name="chat")
        self.base_folder, self.base_name, self.store = base_folder, base_name, store
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self._loaded: OrderedDict[str, torch.nn.Module] = OrderedDict()
        self._requests: queue.Queue[Row] = queue.Queue()
        self._context = context_length(base_folder)
        self._logprobs = Logprobs(self.tokenizer)

    def prompt(self, messages: list[dict], said: dict) -> list[int]:
        """The token ids of a conversation. Raises TooLong, or NotShown if the chat template cannot show it."""
        shown = plain(messages)
        check_shown(self.tokenizer, shown, **said)
        ids = token_ids(self.tokenizer, render(self.tokenizer, shown, prompt=True, **said))
        if len(ids) >= self._context:
            raise TooLong(f"The prompt has {len(ids)} tokens; the model reads {self._context}.")
        return ids

    def answer(self, name: str, ids: list[int], sampling: Sampling, n: int = 1) -> Iterator[Answer]:
        """The growing answers to a prompt: after each token the choice that it belongs to."""
        grown: queue.Queue[Answer | Exception] = queue.Queue()
        for index in range(n):
            self._requests.put(Row(name, ids, sampling, index, grown, (self.tokenizer, self._logprobs)))
        while n:
            answer = grown.get()
            if isinstance(answer, Exception):
                raise answer
            n -= bool(answer.finish_reason)
            yield answer

    def forget(self, name: str) -> None:
        self._loaded.pop(name, None)

    def run(self) -> None:
        waiting: list[Row] = []
        while True:
            waiting = waiting or [self._requests.get()]
            while len(waiting) < LARGEST_BATCH:
                try:
                    waiting.append(self._requests.get(timeout=GATHER_SECONDS))
                except queue.Empty:
                    break
            batch = [row for row in waiting if row.model == waiting[0].model]
            waiting = [row for row in waiting if row.model != waiting[0].model]
            try:
                self._answer_batch(sorted(batch, key=lambda row: row.ids))  # the same requests, the same batch
            except Exception as error:
                for row in batch:
                    row.grown.put(error)

    @torch.inference_mode()
    def _answer_batch(self, rows: list[Row]) -> None:
        model = self._model(rows[0].model)
        ends = model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        width = max(len(row.ids) for row in rows)
        step = torch.tensor([[0] * (width - len(row.ids)) + row.ids for row in rows])
        mask = torch.tensor([[0] * (width - len(row.ids)) + [1] * len(row.ids) for row in rows])
        places, cache = (mask.cumsum(1) - 1).clamp(min=0), None
        while True:
            started = time.perf_counter()
            out = model(input_ids=step, attention_mask=mask, position_ids=places, past_key_values=cache,
                        use_cache=True, logits_to_keep=1)  # fmt: skip
            tokens = [row.choose(logits[-1].float()) for logits, row in zip(out.logits, rows)]
            seconds = time.perf_counter() - started
            goes_on = [i for i, row in enumerate(rows) if row.take(tokens[i], ends, self._context, seconds)]
            if not goes_on:
                return
            cache = out.past_key_values
            if len(goes_on) < len(rows):
                cache.batch_select_indices(torch.tensor(goes_on, dtype=torch.long))
            rows = [rows[i] for i in goes_on]
            step = torch.tensor([[tokens[i]] for i in goes_on])
            mask = torch.cat([mask[goes_on], torch.ones(len(goes_on), 1, dtype=mask.dtype)], dim=1)
            places = places[goes_on, -1:] + 1

    def _model(self, name: str):
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        self._loaded.move_to_end(name)
        if len(self._loaded) > 2:
            self._loaded.popitem(last=False)
        return self._loaded[name]

    def _load(self, name: str):
        adapter = None if name == self.base_name else self.store.weights_folder(name)
        model = AutoModelForCausalLM.from_pretrained(self.base_folder, dtype=torch.float32)
        if adapter:
            model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
        return model.eval()


def adjusted(logits: torch.Tensor, produced: list[int], sampling: Sampling) -> torch.Tensor:
    """Logits with the request's biases, and with its penalties on tokens that the answer has already."""
    if not (sampling.logit_bias or sampling.frequency_penalty or sampling.presence_penalty):
        return logits
    logits = logits.clone()
    for token, bias in sampling.logit_bias.items():
        logits[token] += bias
    tokens, times = torch.tensor(produced, dtype=torch.long).unique(return_counts=True)
    logits[tokens] -= times * sampling.frequency_penalty + sampling.presence_penalty
    return logits


def pick(logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """The most probable token at temperature 0, else a draw from the `top_p` most probable."""
    if sampling.temperature == 0:
        return int(logits.argmax())
    chances, order = torch.softmax(logits / sampling.temperature, -1).sort(descending=True)
    chances[chances.cumsum(0) - chances > sampling.top_p] = 0
    return int(order[torch.multinomial(chances, 1, generator=random)])
