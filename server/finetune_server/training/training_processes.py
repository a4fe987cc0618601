"""The processes over which the base model of one training is spread, a device of this machine each.

They compute in lockstep: each is asked the same, and waits for the next question where that costs nothing. All are
children of the process that has the job, which can end them whatever they wait for.
"""

import multiprocessing
import pickle
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .training_part import work

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .step import Step
    from .trainer import Settings

DYING_SECONDS = 1.0  # a process that lost another one may say so before that one is seen to have ended


class ProcessLost(RuntimeError):
    """A process was killed, or ended by itself."""

    def __init__(self):
        super().__init__("A process that held a part of the model ended while the job ran. The job is tried again.")


class TrainingProcesses:
    """A `Training`, done by as many processes as there are shards. `close` ends them, and so does this process's end.

    Raises what `Training` raises, and ProcessLost, as do all methods.
    """

    def __init__(
        self,
        shards: int,
        in_half: bool,
        folder: Path,
        examples: list,
        validation: list,
        settings: "Settings",
        device: str,
        start: Path | None = None,
    ):
        self.settings, self.step = settings, 0
        self._connections: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._folder = tempfile.TemporaryDirectory(prefix="finetune-server-shards-", ignore_cleanup_errors=True)
        try:
            for rank in range(shards):
                self._start(rank, shards, f"cuda:{rank}" if device == "cuda" else device)
            self._ask(self._connections, "join")
            for one in self._connections:  # one after the other: memory has to hold one whole model at a time
                self.tokens: int = self._ask([one], "load", folder, examples, validation, settings, start, in_half)
        except BaseException:
            self.close()
            raise

    def _start(self, *place) -> None:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        meeting = (Path(self._folder.name) / "meeting").as_uri()
        process = spawn.Process(target=work, args=(theirs, meeting, *place), daemon=True)
        process.start()
        theirs.close()
        self._connections.append(ours)
        self._processes.append(process)

    def measure_references(self) -> Iterator[None]:
        """As `Training.measure_references`."""
        return self._items("measure_references")

    def steps(self) -> "Iterator[Step]":
        """As `Training.steps`."""
        for step in self._items("steps"):
            self.step = step.step
            yield step

    def save(self, folder: Path) -> None:
        """As `Training.save`."""
        self._ask(self._connections[:1], "save", folder)

    def save_state(self, path: Path) -> None:
        """As `Training.save_state`."""
        self._ask(self._connections[:1], "save_state", path)

    def restore(self, state: "State") -> bool:
        """As `Training.restore`."""
        if fits := self._ask(self._connections, "restore", state):
            self.step = state.step
        return fits

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.kill()
            process.join()
        self._folder.cleanup()

    def _items(self, name: str) -> Iterator[Any]:
        while item := self._ask(self._connections, "next", name):
            yield from item

    def _ask(self, asked: list[Connection], what: str, *arguments) -> Any:
        """What these processes answer when all have done this."""
        question = pickle.dumps((what, arguments))  # by `Connection.send`, tensors would share this process's memory
        try:
            for one in asked:
                one.send_bytes(question)
            answer = self._answer({*asked})
        except (EOFError, OSError):
            answer = ProcessLost()
        if not isinstance(answer, Exception):
            return answer
        lost = wait([process.sentinel for process in self._processes], DYING_SECONDS)
        raise ProcessLost if lost else answer

    def _answer(self, waiting: set[Connection]) -> Any:
        """The answer of the last one, or the first one that is an exception."""
        answer = None
        while waiting:
            for one in wait(self._connections):
                assert isinstance(one, Connection)
                answer = one.recv()
                waiting.discard(one)
                if isinstance(answer, Exception):
                    return answer
        return answer
