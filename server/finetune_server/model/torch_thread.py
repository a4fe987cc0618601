"""One thread does all of torch's work, in turns: a step of training, some tokens of answers.

Each thread that calls torch gets a team of OpenMP threads of its own. As soon as there are more
of them than processors, they wait for each other, and many small operations take far longer:
training took 1.6 times as long once another thread had answered a chat. Besides, transformers
changes torch for all threads while it loads a model: two models loading at once failed.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import cache

_DONE = object()


class _TorchThread(threading.Thread):
    """A daemon, unlike the threads of an executor: a server that stops does not wait for its jobs."""

    def __init__(self):
        super().__init__(daemon=True, name="torch")
        self.tasks: queue.SimpleQueue[tuple[Callable, tuple, Future]] = queue.SimpleQueue()
        self._last = ("", 0.0)  # the kind of work that was done, and the seconds it took
        self.others_seconds = 0.0  # that the latest work of another kind took than the one that is being done

    def run(self) -> None:
        while True:
            self._do(*self.tasks.get())  # a function of its own: what it was given may be large, and is not kept

    def _do(self, work: Callable, arguments: tuple, future: Future) -> None:
        kind, started = work.__qualname__, time.perf_counter()
        if kind != self._last[0]:
            self.others_seconds = self._last[1]
        try:
            result, error = work(*arguments), None
        except BaseException as raised:
            result, error = None, raised
        self._last = (kind, time.perf_counter() - started)
        future.set_exception(error) if error else future.set_result(result)


@cache
def _thread() -> _TorchThread:
    thread = _TorchThread()
    thread.start()
    return thread


def run_on_torch_thread(work: Callable, *arguments):
    """What `work(*arguments)` returns or raises, done on torch's thread after what waits there already."""
    future: Future = Future()
    _thread().tasks.put((work, arguments, future))
    return future.result()


def iterate_on_torch_thread(work: Iterator) -> Iterator:
    """The items of an iterator, each made on torch's thread, so that other work gets its turn between two."""
    while (item := run_on_torch_thread(next, work, _DONE)) is not _DONE:
        yield item


def turn_is_over(started: float) -> bool:
    """Asked on torch's thread, by work that began at `started` (`time.perf_counter`): should it let others go on?

    Yes, if others wait, and it has had as long a turn as they had.
    """
    thread = _thread()
    return not thread.tasks.empty() and time.perf_counter() - started >= thread.others_seconds
