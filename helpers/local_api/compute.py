"""One thread does all of torch's work, in turns: a step of training, a batch of answers.

Each thread that calls torch gets a team of OpenMP threads of its own. As soon as there are more
of them than processors, they stop waiting for each other actively, and many small operations
take far longer: training took 1.6 times as long once another thread had answered a chat. Besides,
transformers changes torch for all threads while it loads a model: two that loaded at once failed.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

_DONE = object()


class _Thread(threading.Thread):
    """A daemon, unlike the threads of an executor: a server that stops does not wait for its jobs."""

    def __init__(self):
        super().__init__(daemon=True, name="torch")
        self.tasks: queue.SimpleQueue[tuple[Callable, tuple, Future]] = queue.SimpleQueue()

    def run(self) -> None:
        while True:
            work, arguments, future = self.tasks.get()
            try:
                future.set_result(work(*arguments))
            except BaseException as error:
                future.set_exception(error)


_thread = _Thread()
_thread.start()


def compute(work: Callable, *arguments):
    """What `work(*arguments)` returns or raises, done on torch's thread after what waits there already."""
    future: Future = Future()
    _thread.tasks.put((work, arguments, future))
    return future.result()


def in_turns(work: Iterator) -> Iterator:
    """The items of an iterator, each made on torch's thread, so that other work gets its turn between two."""
    while (item := compute(next, work, _DONE)) is not _DONE:
        yield item
