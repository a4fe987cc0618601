"""The inference engine of this process: many answers at once, by the base model or a tuned one.

Answers join and leave a batch token by token, so a short one does not wait for a long one. With other
work on torch's thread, a training for instance, the engine takes turns of equal length.
"""

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import PreTrainedModel

from ..metrics import ANSWERS
from ..model.load import load_base, load_tuned
from ..model.torch_thread import run_on_torch_thread, turn_is_over
from .admission import Admission
from .answer import Answer, Prompt
from .batch import Batch
from .engine import Engine
from .logprobs import Vocabulary
from .sequence import Sequence

log = logging.getLogger(__name__)

STEPS_BETWEEN_PROMPTS = 2  # requests that come in meanwhile are read together, which takes hardly longer than one alone


MODELS_IN_MEMORY = 2  # those that were asked last; each is nearly as large as the base model


class LocalEngine(Engine):
    """Answers on a thread of its own.

    `weights_folder` says where the adapters of a tuned model are.
    """

    def __init__(self, base_folder: Path, base_name: str, weights_folder: Callable[[str], Path], device: str = "cpu"):
        super().__init__(base_folder, base_name)
        self._weights_folder, self._device = weights_folder, device
        self._vocabulary = Vocabulary(self.tokenizer)
        self._loaded: OrderedDict[str, PreTrainedModel] = OrderedDict()
        self._admission = Admission()
        self._batches: list[Batch] = []

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="engine").start()

    async def _begin(self, prompt: Prompt, put: Callable[[Answer | Exception], None]) -> Callable[[], None]:
        sequences = [Sequence(prompt, index, put, self._vocabulary, self.context_length) for index in range(prompt.n)]
        for sequence in sequences:
            self._admission.put(sequence)

        def cancel() -> None:
            for sequence in sequences:
                sequence.cancelled = True

        return cancel

    def _run(self) -> None:
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
        batch = Batch(name, self._model(name), sequences, running, self.end_of_turn)
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
            if len(self._loaded) >= MODELS_IN_MEMORY:
                self._loaded.popitem(last=False)
            self._loaded[name] = self._load(name)
        self._loaded.move_to_end(name)
        return self._loaded[name]

    def _load(self, name: str) -> PreTrainedModel:
        base = load_base(self.base_folder, self._device)
        return base if name == self.base_name else load_tuned(base, self.base_folder, self._weights_folder(name))
