"""The processes over which the base model of one training is spread, a device of this machine each.

They compute in lockstep: each is asked the same, and waits for the next question where that costs nothing. All are
children of the process that has the job, which can end them whatever they wait for.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .step import Step
    from .trainer import Settings

DYING_SECONDS = 1.0  # a process that lost another one may say so before that one is seen to have ended
LOOPBACK = {"linux": "lo", "darwin": "lo0"}  # network interfaces by `sys.platform`


class ProcessLost(RuntimeError):
    """A process was killed, or ended by itself."""

    def __init__(self):
        super().__init__("One of the processes that trained the job together ended. The job goes on where it was saved.")


class TrainingProcesses:
    """A `Training`, done by so many processes. They end by `close`, by an error, and when this process ends."""

    def __init__(self, shards: int, device: str, in_half: bool, settings: "Settings", *files, start: Path | None):
        """`files` are the model's folder, the examples and the validation examples.

        Raises what `Training` raises, and ProcessLost, as do all methods.
        """
        self.settings, self.step = settings, 0
        self._folder = tempfile.TemporaryDirectory(prefix="finetune-server-shards-", ignore_cleanup_errors=True)
        meeting = str(Path(self._folder.name) / "meeting")
        self._connections, self._processes = [], []
        spawn = multiprocessing.get_context("spawn")
        for rank in range(shards):
            ours, theirs = spawn.Pipe()
            own_device = f"cuda:{rank}" if device == "cuda" else device
            process = spawn.Process(target=_work, args=(theirs, rank, shards, own_device, meeting), daemon=True)
            process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)
        self._ask(self._connections, "join")
        for one in self._connections:  # one after the other: the machine's memory holds one whole model at a time
            self.tokens: int = self._ask([one], "load", *files, settings, start, in_half)

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
        """What each of these processes answers when it has done this. Whatever goes wrong in one ends all."""
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
        self.close()
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


def _work(connection: Connection, *place) -> None:
    """Answer questions, until the process is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's
    threading.Thread(target=_end_with_parent, daemon=True).start()
    part = _Part(*place)
    while True:
        what, arguments = pickle.loads(connection.recv_bytes())
        try:
            answer = getattr(part, what)(*arguments)
        except Exception as error:
            error.add_note(traceback.format_exc())
            answer = error
        connection.send(answer)


def _end_with_parent() -> None:
    """End this process when its parent has ended, even while it waits for other processes."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


class _Part:
    """What one process does. The methods are the questions that it is asked."""

    def __init__(self, rank: int, shards: int, device: str, meeting: str):
        self._rank, self._shards, self._device, self._meeting = rank, shards, device, meeting
        self._begun: dict[str, Iterator] = {}

    def join(self) -> None:
        """Find the other processes."""
        import torch.distributed
        from torch.distributed.device_mesh import init_device_mesh
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(max(1, torch.get_num_threads() // self._shards))
        kind = torch.device(self._device).type
        if kind == "cuda":
            torch.cuda.set_device(self._device)
        elif sys.platform in LOOPBACK:
            os.environ["GLOO_SOCKET_IFNAME"] = LOOPBACK[sys.platform]  # nobody else is to connect
        torch.distributed.init_process_group(
            "nccl" if kind == "cuda" else "gloo",
            store=torch.distributed.FileStore(self._meeting, self._shards),
            rank=self._rank,
            world_size=self._shards,
        )
        self._mesh = init_device_mesh(kind, (self._shards,))

    def load(self, folder: Path, examples: list, validation: list, settings: "Settings", *rest) -> int:
        """Load the model; returns how many tokens there are to be learned from."""
        from .spread_training import SpreadTraining

        start, in_half = rest
        self._training = SpreadTraining(
            self._mesh, folder, examples, validation, settings, self._device, start, in_half
        )
        return self._training.tokens

    def next(self, name: str) -> list:
        """The next item of `measure_references` or `steps`; none after the last one."""
        if name not in self._begun:
            self._begun[name] = getattr(self._training, name)()
        return [*islice(self._begun[name], 1)]

    def save(self, folder: Path) -> None:
        self._training.save(folder)

    def save_state(self, path: Path) -> None:
        self._training.save_state(path)

    def restore(self, state: "State") -> bool:
        return self._training.restore(state)
