"""Answer chats with the base model or a tuned one, several at once.

Requests that arrive together are answered as one batch: most of a small model's time goes
into reading its weights, and a batch reads them once for all its rows.
"""

import asyncio
import contextlib
import inspect
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

from .base import load_base
from .batches import common_start, within
from .choice import Answer, Row
from .compute import compute
from .messages import check_shown, plain, render, token_ids
from .sampling import Sampling
from .store import Store
from .vocabulary import Vocabulary
from .weights import context_length

LARGEST_BATCH = 16
LARGEST_PROMPTS = 6144  # tokens in the prompts of a batch; each takes about 75 kB while the batch is answered
GATHER_SECONDS = 0.05  # how long a batch waits for one more request


class TooLong(ValueError):
    """Prompt and answer do not fit into the model's context."""


class Models(threading.Thread):
    """The thread that answers. It keeps the last two models used in memory, adapters merged in."""

    def __init__(self, base_folder: Path, base_name: str, store: Store, device: str = "cpu"):
        super().__init__(daemon=True, name="chat")
        self.base_folder, self.base_name, self.store, self.device = base_folder, base_name, store, device
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self._loaded: OrderedDict[str, torch.nn.Module] = OrderedDict()
        self._requests: queue.Queue[Row] = queue.Queue()
        self._context = context_length(base_folder)
        self._vocabulary = Vocabulary(self.tokenizer)

    def prompt(self, messages: list[dict], said: dict) -> list[int]:
        """The token ids of a conversation. Raises TooLong, or NotShown if the chat template cannot show it."""
        shown = plain(messages)
        check_shown(self.tokenizer, shown, **said)
        ids = token_ids(self.tokenizer, render(self.tokenizer, shown, prompt=True, **said))
        if len(ids) >= self._context:
            raise TooLong(f"The prompt has {len(ids)} tokens; the model reads {self._context}.")
        return ids

    async def answer(self, name: str, ids: list[int], sampling: Sampling, n: int = 1) -> AsyncIterator[Answer]:
        """Yields a choice after each of its tokens. Closing the iterator ends the answers."""
        loop, grown = asyncio.get_running_loop(), asyncio.Queue()

        def put(what: Answer | Exception) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the server ends, and nobody waits
                loop.call_soon_threadsafe(grown.put_nowait, what)

        rows = [Row(name, ids, sampling, index, put, self._vocabulary) for index in range(n)]
        for row in rows:
            self._requests.put(row)
        try:
            while n:
                answer = await grown.get()
                if isinstance(answer, Exception):
                    raise answer
                n -= bool(answer.finish_reason)
                yield answer
        finally:
            for row in rows:
                row.wanted = False

    def run(self) -> None:
        waiting: list[Row] = []
        while True:
            waiting = waiting or [self._requests.get()]
            while len(waiting) < LARGEST_BATCH:
                try:
                    waiting.append(self._requests.get(timeout=GATHER_SECONDS))
                except queue.Empty:
                    break
            waiting = [row for row in waiting if row.wanted]
            batch = [row for row in waiting if row.model == waiting[0].model]
            waiting = [row for row in waiting if row.model != waiting[0].model]
            batch.sort(key=lambda row: row.ids)  # the same requests, the same batches
            for part in within(batch, LARGEST_PROMPTS, lambda row: len(row.ids)):
                try:
                    compute(self._answer_batch, part)
                except Exception as error:
                    for row in part:
                        row.put(error)

    @torch.inference_mode()
    def _answer_batch(self, rows: list[Row]) -> None:
        model = self._model(rows[0].model)
        ends = model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        tensor = partial(torch.tensor, device=self.device)
        started = time.perf_counter()
        shared, cache = self._shared_start(model, rows)
        width = max(len(row.ids) for row in rows)
        step = tensor([[0] * (width - len(row.ids)) + row.ids[shared:] for row in rows])
        mask = tensor([[1] * shared + [0] * (width - len(row.ids)) + [1] * (len(row.ids) - shared) for row in rows])
        places = (mask.cumsum(1) - 1).clamp(min=0)[:, shared:]
        while True:
            logits = next_logits(model, cache, input_ids=step, attention_mask=mask, position_ids=places)
            tokens = [row.choose(row_logits) for row_logits, row in zip(logits, rows, strict=True)]
            seconds, started = time.perf_counter() - started, time.perf_counter()
            goes_on = [
                i for i, row in enumerate(rows) if row.take(tokens[i], ends, self._context, seconds) and row.wanted
            ]
            if not goes_on:
                return
            if len(goes_on) < len(rows):
                cache.batch_select_indices(tensor(goes_on))
            rows = [rows[i] for i in goes_on]
            step = tensor([[tokens[i]] for i in goes_on])
            mask = torch.cat([mask[goes_on], mask.new_ones(len(goes_on), 1)], dim=1)
            places = places[goes_on, -1:] + 1

    def _shared_start(self, model, rows: list[Row]) -> tuple[int, DynamicCache]:
        """How many tokens all prompts begin with, a long system prompt for instance, and a cache that holds them."""
        cache = DynamicCache(config=model.config)
        windowed = getattr(
            model.config, "sliding_window", None
        )  # padding behind the start would push it out of a window
        shared = 0 if windowed or len(rows) == 1 else common_start([row.ids[:-1] for row in rows])
        if shared:
            next_logits(model, cache, input_ids=torch.tensor([rows[0].ids[:shared]], device=self.device))
            cache.batch_repeat_interleave(len(rows))
        return shared, cache

    def _model(self, name: str):
        if name not in self._loaded:
            if len(self._loaded) > 1:
                self._loaded.popitem(last=False)
            self._loaded[name] = self._load(name)
        self._loaded.move_to_end(name)
        return self._loaded[name]

    def _load(self, name: str):
        if name == self.base_name:
            return load_base(self.base_folder, self.device).eval()
        from peft import PeftModel  # only here: it takes longer to import than the base model to load

        own = AutoModelForCausalLM.from_pretrained(self.base_folder, dtype=torch.float32)  # merging changes weights
        tuned = PeftModel.from_pretrained(own, self.store.weights_folder(name)).merge_and_unload()
        return tuned.eval().to(self.device)


def next_logits(model, cache: DynamicCache, **inputs) -> torch.Tensor:
    """Logits of the token after the last, (rows, vocabulary), on the processor; what was read stays in the cache."""
    known = inspect.signature(model.forward).parameters
    name = "cache" if "cache" in known else "past_key_values"  # its name before transformers 5.24
    return model(**inputs, **{name: cache}, use_cache=True, logits_to_keep=1).logits[:, -1].float().cpu()
