"""The sequences that wait for the engine, and which of them are read next: as many as there is room for."""

import contextlib
import queue

from .batch import Batch
from .sequence import Sequence

MAX_SEQUENCES = 16  # that grow at once
# Of all batches when a prompt joins, masked columns included; they grow on from there. With a model of 135M
# parameters, a token takes 45 kB.
MAX_CACHED_TOKENS = 12_288
MAX_PROMPT_TOKENS = 6_144  # that are read at once, and
MAX_PROMPT_TOKENS_BESIDE = 1_024  # while other answers wait for it; a longer prompt is read alone
GATHER_SECONDS = 0.05  # how long an engine without a batch waits for one more request to read with the first


class Admission:
    """Sequences are put in by any thread, and taken out by the engine's turns."""

    def __init__(self):
        self._requests: queue.Queue[Sequence] = queue.Queue()
        self._waiting: list[Sequence] = []

    def put(self, sequence: Sequence) -> None:
        """Let a sequence wait until there is room for it."""
        self._requests.put(sequence)

    @property
    def waiting(self) -> int:
        """About how many wait."""
        return self._requests.qsize() + len(self._waiting)

    def gather(self) -> None:
        """Wait for the first request, then for more while they keep coming."""
        if not self._waiting:
            self._waiting.append(self._requests.get())
        with contextlib.suppress(queue.Empty):
            while len(self._waiting) < MAX_SEQUENCES:
                self._waiting.append(self._requests.get(timeout=GATHER_SECONDS))

    def take(self, batches: list[Batch]) -> tuple[list[Sequence], Batch | None]:
        """The sequences that are read next, all for the model of the oldest, and the batch that they can join."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.append(self._requests.get_nowait())
        self._waiting = [sequence for sequence in self._waiting if sequence.wanted]
        if not self._waiting:
            return [], None
        model = self._waiting[0].model
        running = next((batch for batch in batches if batch.name == model and batch.can_change), None)
        new = _that_fit([sequence for sequence in self._waiting if sequence.model == model], batches, running)
        if new:
            self._waiting = [sequence for sequence in self._waiting if sequence not in new]
        return new, running


def _that_fit(sequences: list[Sequence], batches: list[Batch], running: Batch | None) -> list[Sequence]:
    """The sequences that are read next: the oldest, for which all others wait, then the shortest that fit."""
    room = MAX_SEQUENCES - sum(map(len, batches))
    held = sum(len(batch) * batch.columns for batch in batches if batch is not running)
    rows, columns = (len(running), running.columns) if running else (0, 0)
    max_prompt_tokens = MAX_PROMPT_TOKENS_BESIDE if batches else MAX_PROMPT_TOKENS
    new: list[Sequence] = []
    for sequence in [*sequences[:1], *sorted(sequences[1:], key=lambda one: (len(one.ids), one.ids))][:room]:
        width = max(len(one.ids) for one in [*new, sequence])
        if new and width * (len(new) + 1) > max_prompt_tokens:
            break
        fits = held + (rows + len(new) + 1) * max(columns, width) <= MAX_CACHED_TOKENS
        if not fits and (new or batches):  # one alone is read however long it is
            break
        new.append(sequence)
    return new
