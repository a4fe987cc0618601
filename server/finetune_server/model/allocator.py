"""Gives the memory of freed tensors back to the system.

By itself glibc returns only what is free at a heap's end. A training leaves its heaps full of holes between a few
blocks that are still in use, and the process keeps them: gigabytes, that grow with each step, and that a server that
trained and then answers would still hold. A fixed size from which glibc maps blocks by themselves (M_MMAP_THRESHOLD)
is no way out: at 1 MB memory still grew, at 128 KB steps took half as long again.
"""

import ctypes
import gc
import platform
import time

REST = 300  # times as long as giving back took: with the pages that steps then ask for again, about 1 % of the time


def give_back_freed_memory() -> None:
    """Free what is no longer in use, and have glibc return the free pages of its heaps; elsewhere only the first."""
    gc.collect()  # a training and its learning-rate schedule refer to each other
    _give_back_free_pages()


class NowAndThen:
    """Has glibc return the free pages of its heaps, as often as that costs little beside the work between two times."""

    def __init__(self):
        self._due = 0.0  # by time.monotonic

    def give_back(self) -> None:
        """Call it after each piece of work: mostly it does nothing."""
        if (began := time.monotonic()) >= self._due:
            _give_back_free_pages()
            ended = time.monotonic()
            self._due = ended + REST * (ended - began)


def _give_back_free_pages() -> None:
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
