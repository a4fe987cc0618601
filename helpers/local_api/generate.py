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
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from .store import Store

LARGEST_BATCH = 16
GATHER_SECONDS = 0.05  # how long a batch waits for one more request


@dataclass
class Answer:
    """One answer while it grows. `seconds` counts the model's work on its batch, not its waiting."""

    prompt_tokens: int
    completion_tokens: int = 0
    text: str = ""
    finish_reason: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Sampling:
    max_tokens: int = 512
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = field(default=())


class TooLong(ValueError):
    """Prompt and answer do not fit into the model's context."""


class Row:
    """One request in a batch: it takes token after token until its answer is finished."""

    def __init__(self, model: str, ids: list[int], sampling: Sampling, tokenizer):
        self.model, self.ids, self.sampling, self._tokenizer = model, ids, sampling, tokenizer
        self.random = torch.Generator()
        self.random.seed() if sampling.seed is None else self.random.manual_seed(sampling.seed)
        self.grown: queue.Queue[Answer | Exception] = queue.Queue()
        self._answer, self._produced = Answer(prompt_tokens=len(ids)), []

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
        self.grown.put(replace(answer))
        return not answer.finish_reason

    def _read(self, text: str) -> None:
        if cut := [text.index(stop) for stop in self.sampling.stop if stop in text]:
            self._answer.text, self._answer.finish_reason = text[: min(cut)], "stop"
        elif not text.endswith("\ufffd"):  # half of a character is not shown yet
            self._answer.text = text


class Models(threading.Thread):
    """The thread that answers. It keeps the last two models used in memory, adapters merged in."""

    def __init__(self, base_folder: Path, base_name: str, store: Store, device: str = "cpu"):
        super().__init__(daemon=True, name="chat")
        self.base_folder, self.base_name, self.store, self.device = base_folder, base_name, store, device
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self._loaded: OrderedDict[str, torch.nn.Module] = OrderedDict()
        self._requests: queue.Queue[Row] = queue.Queue()
        self._context = AutoConfig.from_pretrained(base_folder).max_position_embeddings

    def answer(self, name: str, messages: list[dict], sampling: Sampling) -> Iterator[Answer]:
        """The growing answer: once before the first token, then after each."""
        ids = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        if len(ids) >= self._context:
            raise TooLong(f"The prompt has {len(ids)} tokens; the model reads {self._context}.")
        answer = Answer(prompt_tokens=len(ids))
        yield answer
        row = Row(name, ids, sampling, self.tokenizer)
        self._requests.put(row)
        while not answer.finish_reason:
            answer = row.grown.get()
            if isinstance(answer, Exception):
                raise answer
            yield answer

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
            tokens = [pick(logits[-1].float(), row.sampling, row.random) for logits, row in zip(out.logits, rows)]
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


def pick(logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """The most probable token at temperature 0, else a draw from the `top_p` most probable."""
    if sampling.temperature == 0:
        return int(logits.argmax())
    chances, order = torch.softmax(logits / sampling.temperature, -1).sort(descending=True)
    chances[chances.cumsum(0) - chances > sampling.top_p] = 0
    return int(order[torch.multinomial(chances, 1, generator=random)])
