"""One of the processes that train together: it does what the process that has the job asks, as all the others do."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .trainer import Settings

LOOPBACK = {"linux": "lo", "darwin": "lo0"}  # network interfaces by `sys.platform`


def work(connection: Connection, *place) -> None:
    """Answer questions, until the process is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's
    threading.Thread(target=_end_with_parent, daemon=True).start()
    part = TrainingPart(*place)
    with contextlib.suppress(EOFError, BrokenPipeError):  # the parent has ended
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


class TrainingPart:
    """What one process does. The methods are the questions that it is asked."""

    def __init__(self, meeting: str, rank: int, shards: int, device: str):
        """`meeting` is the address of a file where the processes find each other."""
        self._meeting, self._rank, self._shards, self._device = meeting, rank, shards, device
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
            "nccl" if kind == "cuda" else "gloo", init_method=self._meeting, rank=self._rank, world_size=self._shards
        )
        self._mesh = init_device_mesh(kind, (self._shards,))

    def load(
        self, folder: Path, examples: list, validation: list, settings: "Settings", start: Path | None, in_half: bool
    ) -> int:
        """Load the model; returns the tokens of the training."""
        from .spread_training import SpreadTraining

        files = (folder, examples, validation)
        self._training = SpreadTraining(self._mesh, *files, settings, self._device, start, in_half)
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
