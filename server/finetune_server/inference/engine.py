"""The inference engine: many answers at once, by the base model or a tuned one.

Answers join and leave a batch token by token, so a short one does not wait for a long one. With other
work on torch's thread, a training for instance, the engine takes turns of equal length.
"""

import asyncio
import contextlib
import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path

import torch
from transformers import AutoTokenizer, PreTrainedModel

from ..metrics import ANSWERS
from ..model.chat_template import check_template_renders, end_of_turn, normalize_messages, render, token_ids
from ..model.load import context_length, load_base, load_tuned
from ..model.torch_thread import run_on_torch_thread, turn_is_over
from ..protocol.objects import base_in_name
from ..protocol.sampling_params import Sampling
from ..store.store import Store
from .admission import Admission
from .batch import Batch
from .grammar import Constraint, Grammars
from .logprobs import Vocabulary
from .sequence import Answer, Sequence

log = logging.getLogger(__name__)

STEPS_BETWEEN_PROMPTS = 2  # requests that come in meanwhile are read together, which takes hardly longer than one alone


class ContextExceeded(ValueError):
    """The prompt leaves no room in the model's context."""


class Engine(threading.Thread):
    """The thread that answers. It keeps the last two models used in memory."""

    def __init__(self, base_folder: Path, base_name: str, store: Store, device: str = "cpu"):
        super().__init__(daemon=True, name="engine")
        self.base_folder, self.base_name, self.store, self.device = base_folder, base_name, store, device
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self._end_of_turn = end_of_turn(self.tokenizer)
        self._context_length = context_length(base_folder)
        self._vocabulary = Vocabulary(self.tokenizer)
        self.grammars = Grammars(self.tokenizer, self._end_of_turn)
        self._loaded: OrderedDict[str, PreTrainedModel] = OrderedDict()
        self._admission = Admission()
        self._batches: list[Batch] = []

    def prompt(self, messages: list[dict], template_kwargs: dict) -> list[int]:
        """The token ids of a conversation. Raises ContextExceeded, or ChatTemplateError."""
        normalized = normalize_messages(messages, prompt=True)
        check_template_renders(self.tokenizer, normalized, **template_kwargs)
        ids = token_ids(self.tokenizer, render(self.tokenizer, normalized, prompt=True, **template_kwargs))
        if len(ids) >= self._context_length:
            raise ContextExceeded(f"The prompt has {len(ids)} tokens; the model reads {self._context_length}.")
        return ids

    async def answer(
        self,
        name: str,
        ids: list[int],
        sampling: Sampling,
        n: int = 1,
        stream: bool = False,
        constraint: Constraint | None = None,
    ) -> AsyncIterator[Answer]:
        """Yields each choice when it is finished, with `stream` after each of its tokens. Closing cancels them.

        The text of each choice is held to the `constraint`.
        """
        loop, answers = asyncio.get_running_loop(), asyncio.Queue()
        name = self.base_name if base_in_name(name) == name else name  # it may be an alias

        def put(answer: Answer | Exception) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the server ends, and nobody waits
                loop.call_soon_threadsafe(answers.put_nowait, answer)

        sequences = []
        for index in range(n):
            own = constraint.copy() if constraint else None
            what = (name, ids, sampling, index, put, self._vocabulary, self._context_length, stream, own)
            sequences.append(Sequence(*what))
        for sequence in sequences:
            self._admission.put(sequence)
        try:
            while n:
                answer = await answers.get()
                if isinstance(answer, Exception):
                    raise answer
                n -= bool(answer.finish_reason)
                yield answer
        finally:
            for sequence in sequences:
                sequence.cancelled = True

    def run(self) -> None:
        while True:
            if not self._batches:
                self._admission.gather()
            run_on_torch_thread(self._take_turn)

    @torch.inference_mode()
    def _take_turn(self) -> None:
        """Let requests join and answers grow, until no answer is left or other work has its turn."""
        started = time.perf_counter()
        for step in itertools.count():
            if not self._batches or step % STEPS_BETWEEN_PROMPTS == 0:
                self._admit()
            for batch in self._batches:
                self._or_put_error(batch.sequences, batch.step)
            self._batches = [batch for batch in self._batches if any(one.wanted for one in batch.sequences)]
            ANSWERS.labels("growing").set(sum(map(len, self._batches)))
            ANSWERS.labels("waiting").set(self._admission.waiting)
            if not self._batches or turn_is_over(started):
                return

    def _admit(self) -> None:
        """Read the prompts of requests that wait, as far as there is room."""
        new, running = self._admission.take(self._batches)
        if new:
            self._or_put_error(new, lambda: self._start(new, running))

    def _start(self, sequences: list[Sequence], running: Batch | None) -> None:
        name = sequences[0].model
        batch = Batch(name, self._model(name), sequences, running, self._end_of_turn)
        if running and batch.sequences:
            running.join(batch)
        else:
            self._batches.append(batch)

    def _or_put_error(self, sequences: list[Sequence], work) -> None:
        """Do work for these sequences. An error ends them, and is raised where their answers are awaited."""
        try:
            work()
        except Exception as error:
            log.exception("%d answers end", len(sequences))
            for sequence in sequences:
                sequence.cancelled = True
                sequence.put(error)

    def _model(self, name: str) -> PreTrainedModel:
        if name not in self._loaded:
            if len(self._loaded) > 1:
                self._loaded.popitem(last=False)
            self._loaded[name] = self._load(name)
        self._loaded.move_to_end(name)
        return self._loaded[name]

    def _load(self, name: str) -> PreTrainedModel:
        base = load_base(self.base_folder, self.device)
        return base if name == self.base_name else load_tuned(base, self.base_folder, self.store.weights_folder(name))
