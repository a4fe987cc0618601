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

from .orders_and_news import News, Order, Resources, Said

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 5.0  # between two attempts
END_SECONDS = 5.0  # that Ray's process gets


class ClusterUnreachable(RuntimeError):
    """There is no cluster at the address, or it does not answer; the message says what to do."""


class Cluster:
    """Trains jobs and answers. Ray runs in a process of its own, because it ends a process that lost its cluster."""

    def __init__(self, address: str, resources: Resources, model_folder: Path):
        """Connect. Raises ClusterUnreachable, after a minute at most."""
        self.address, self._resources, self._model_folder = address, resources, model_folder
        self._connection, self._process = self._connected()
        self._listeners: list[Callable[[News | Said], None]] = []
        self._sending = threading.Lock()
        self._ended = False
        atexit.register(self._end)

    def listen(self, tell: Callable[[News | Said], None]) -> None:
        """Hand on what the cluster says from now on. When it is lost, it is connected again, and both are said."""
        self._listeners.append(tell)
        if len(self._listeners) == 1:
            threading.Thread(target=self._listen, daemon=True, name="cluster").start()

    def send(self, order: Order | None) -> None:
        """None ends Ray's process."""
        with self._sending, contextlib.suppress(OSError):  # then the connection is lost, which is told
            self._connection.send(order)

    def _end(self) -> None:
        self._ended = True
        self.send(None)
        self._process.join(END_SECONDS)  # else it would be terminated, and say so at length

    def _listen(self) -> None:
        while True:
            with contextlib.suppress(EOFError, OSError):
                while True:
                    self._tell(self._connection.recv())
            if self._ended:
                return
            log.warning("The connection to the cluster %s is lost, and is tried again.", self.address)
            self._tell(News("disconnected"))
            self._connect_again()
            self._tell(News("connected"))

    def _tell(self, news: News | Said) -> None:
        for tell in self._listeners:
            tell(news)

    def _connect_again(self) -> None:
        """Return when there is a connection, however long that takes."""
        while True:
            try:
                self._connection, self._process = self._connected(again=True)
                return
            except ClusterUnreachable:
                time.sleep(RECONNECT_SECONDS)

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
