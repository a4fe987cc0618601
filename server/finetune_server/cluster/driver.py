"""The process that speaks to Ray: it starts the jobs on nodes, and hands their changes to the server.

It is a process of its own because Ray ends a process that has lost its cluster.
"""

import contextlib
import logging
import math
import os
import re
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import ray  # pyright: ignore[reportMissingImports] (an extra)
from ray.exceptions import RayError, RayTaskError  # pyright: ignore[reportMissingImports]

from .actor import NodeActor
from .orders_and_news import Deploy, News, Order, Resources, Said, Tell, Train

if TYPE_CHECKING:
    from .answering import Answering

CONNECT_SECONDS = 60.0


def drive(connection: Connection, address: str, resources: Resources, model_folder: Path, again: bool) -> None:
    """Connect, then do what the server says until it has ended. Connected again, nodes may come a little later."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's
    connect(connection, address)
    sending = threading.Lock()

    def send(news: News | Said) -> None:
        with sending, contextlib.suppress(OSError):  # the server was killed, and this process ends
            connection.send(news)

    try:
        model = {file.name: ray.put(file.read_bytes()) for file in model_folder.iterdir() if file.is_file()}
    except RayError as error:
        unreachable(connection, f"it has no room for the model: {one_line(error)}")
    driver = Driver(send, resources, model, had_room=again)
    send(News("connected"))
    with contextlib.suppress(EOFError):  # the server was killed
        while order := connection.recv():
            driver.follow(order)
    driver.end()
    os._exit(0)  # Ray ends what runs for this process on the nodes


def connect(connection: Connection, address: str) -> None:
    """Leave the process with a sentence to the server if there is no cluster, or none that answers."""
    why = f"no answer for {CONNECT_SECONDS:.0f} seconds"
    patience = threading.Timer(CONNECT_SECONDS, unreachable, (connection, why))
    patience.daemon = True
    patience.start()
    try:
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    except Exception as error:  # of many types
        unreachable(connection, one_line(error))
    patience.cancel()


def unreachable(connection: Connection, why: str) -> NoReturn:
    """Leave the process with this word to the server."""
    with contextlib.suppress(OSError):  # the server was killed
        connection.send(News("unreachable", why=why))
    os._exit(1)


def one_line(error: Exception) -> str:
    """What Ray says, without its later pages."""
    return " ".join(str(error).split())[:300]


class Driver:
    """Trains jobs on the nodes, as many at once as there is room for; the others wait in Ray's queue."""

    def __init__(
        self, send: Callable[[News | Said], None], resources: Resources, model: dict[str, ray.ObjectRef], had_room: bool
    ):
        self._send, self._resources, self._model = send, resources, model
        self._node = ray.remote(NodeActor).options(
            num_cpus=resources.cpus, num_gpus=resources.gpus, max_concurrency=2, max_restarts=0
        )
        self._had_room = had_room  # some node could train a job once: then jobs wait until one can again
        self._actors: dict[int, Any] = {}
        self._begun: set[int] = set()  # of the runs that are on a node
        self._answering: Answering | None = None
        self._replicas = 0

    def follow(self, order: Order) -> None:
        """Begin what the server says, and return at once."""
        match order:
            case Train():
                self.train(order)
            case Tell():
                self.tell(order)
            case Deploy():
                from .answering import Answering  # Ray Serve takes seconds to import

                self._answering, self._replicas = Answering(self._send, self._model, self._resources), order.replicas
                self._answering.deploy(order)
            case _:
                assert self._answering
                self._answering.follow(order)

    def end(self) -> None:
        if self._answering:
            self._answering.end()

    def train(self, order: Train) -> None:
        """Put a job into Ray's queue."""
        if missing := self._missing():
            self._send(News("failed", order.run, missing))
            return
        try:
            self._actors[order.run] = self._node.remote(order.parcel)
        except RayError as error:
            why = f"The cluster has no room for the job's files: {one_line(error)}"
            self._send(News("failed", order.run, why))
            return
        threading.Thread(target=self._follow, args=(order.run,), daemon=True).start()

    def tell(self, told: Tell) -> None:
        """Tell the node, or take the job out of Ray's queue."""
        if actor := self._actors.get(told.run):
            if told.run in self._begun:
                actor.tell.remote(told.status)
            else:
                ray.kill(actor)

    def _follow(self, run: int) -> None:
        """Hand on what a node says and changes, and how it ended."""
        actor = self._actors[run]
        try:
            for answer in actor.train.options(num_returns="streaming").remote(self._model):
                said: Any = ray.get(answer)
                if isinstance(said, str):
                    self._begun.add(run)
                    self._send(News("begun", run, said))
                else:
                    self._send(News("change", run, change=said))
            self._send(News("ended", run))
        except RayTaskError as error:
            lost = isinstance(error.cause, RayError)  # its object store is full, for instance
            self._send(News("lost" if lost else "failed", run, f"The node failed: {error.cause!r}"))
        except RayError as error:
            if missing := re.search("(ModuleNotFound|Import)Error: (.*)", str(error)):
                why = f"A node lacks what it needs ({missing[2]}): install finetune-server[train,cluster] on all nodes."
                self._send(News("failed", run, why))
            else:
                self._send(News("lost", run, str(error)))
        finally:
            del self._actors[run]
            self._begun.discard(run)
            ray.kill(actor)  # it may be alive where the network alone broke

    def _missing(self) -> str:
        """Why no node can train a job; empty if one can, or could before it was lost: then the job waits."""
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        cpus, gpus = self._resources
        self._had_room |= sum(self._room(node) for node in nodes) > self._replicas
        if self._had_room:
            return ""
        most = {name: max((node.get(name, 0) for node in nodes), default=0) for name in ("CPU", "GPU")}
        taken = f", and {self._replicas} replicas answer" if self._replicas else ""
        return (
            f"No node of the cluster has the {cpus:g} CPUs and {gpus:g} GPUs that each job asks for: the most that one "
            f"has are {most['CPU']:g} CPUs and {most['GPU']:g} GPUs{taken}. Start the server with a smaller "
            "--cluster-cpus or --cluster-gpus, or add a node."
        )

    def _room(self, node: dict[str, float]) -> float:
        """How many jobs or replicas a node with these resources holds."""
        needs = [(node.get(name, 0), each) for name, each in zip(("CPU", "GPU"), self._resources, strict=True) if each]
        return min((there // each for there, each in needs), default=math.inf)
