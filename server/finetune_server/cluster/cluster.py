"""The server's connection to a Ray cluster. Nothing of Ray is imported here."""

import atexit
import contextlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from .orders_and_news import News, Resources, Tell, Train

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 5.0  # between two attempts
END_SECONDS = 5.0  # that Ray's process gets


class ClusterUnreachable(RuntimeError):
    """There is no cluster at the address, or it does not answer; the message says what to do."""


class Cluster:
    """Trains jobs. Ray runs in a process of its own, because it ends a process that has lost its cluster."""

    def __init__(self, address: str, resources: Resources, model_folder: Path):
        """Connect. Raises ClusterUnreachable, after a minute at most."""
        self.address, self._resources, self._model_folder = address, resources, model_folder
        self._connection, self._process = self._connected()
        self._ended = False
        atexit.register(self._end)

    def connect_again(self) -> None:
        """Return when there is a connection, however long that takes."""
        log.warning("The connection to the cluster %s is lost, and is tried again.", self.address)
        while True:
            try:
                self._connection, self._process = self._connected(again=True)
                return
            except ClusterUnreachable:
                time.sleep(RECONNECT_SECONDS)

    def listen(self, tell: Callable[[News], None]) -> None:
        """Hand on what the cluster says, on a thread of its own. The last news is "disconnected"."""
        threading.Thread(target=self._listen, args=(tell,), daemon=True, name="cluster").start()

    def send(self, message: Train | Tell | None) -> None:
        """None ends Ray's process."""
        with contextlib.suppress(OSError):  # then the connection is lost, which is told
            self._connection.send(message)

    def _end(self) -> None:
        self._ended = True
        self.send(None)
        self._process.join(END_SECONDS)  # else it would be terminated, and say so at length

    def _listen(self, tell: Callable[[News], None]) -> None:
        try:
            while True:
                tell(self._connection.recv())
        except (EOFError, OSError):
            if not self._ended:
                tell(News("disconnected"))

    def _connected(self, again: bool = False) -> tuple[Connection, BaseProcess]:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        arguments = (theirs, self.address, self._resources, self._model_folder, again)
        process = spawn.Process(target=_drive, args=arguments, daemon=True)
        process.start()
        theirs.close()
        try:
            news = ours.recv()
        except EOFError:
            news = News("unreachable", why="Ray gave up")
        if news.what == "unreachable":
            raise ClusterUnreachable(
                f"The Ray cluster {self.address!r} cannot be reached ({news.why}): name the address of one that "
                "runs, HOST:PORT, or start one here with `ray start --head`."
            )
        return ours, process


def _drive(*arguments) -> None:
    from .driver import drive

    drive(*arguments)
