"""Gives the memory of freed tensors back to the system.

By itself glibc returns only what is free at a heap's end. A training leaves its heaps full of holes between a few
blocks that are still in use, more with each step, and the process keeps them: gigabytes, also in a server that trained
and then answers. Where glibc maps all blocks of 1 MB by themselves (M_MMAP_THRESHOLD), holes are few, but each step
asks for ten times as many pages anew.
"""

import ctypes
import gc
import platform
import time

REST = 300  # times as long as giving back took; asking for the pages again takes several times that, so 2 % in all


def give_back_freed_memory() -> None:
    """Free what is no longer in use, and have glibc return the free pages of its heaps; elsewhere only the first."""
    gc.collect()  # a training and its learning-rate schedule refer to each other
    _give_back_free_pages()


class NowAndThen:
    """Has glibc return the free pages of its heaps, as often as that costs little beside the work of one thread."""

    def __init__(self):
        self._due = 0.0  # seconds of the thread's work: beside busy programs the clock would tell of those

    def give_back(self) -> None:
        """Called by that thread after each piece of its work: mostly it does nothing."""
        if (began := time.thread_time()) >= self._due:
            _give_back_free_pages()
            ended = time.thread_time()
            self._due = ended + REST * (ended - began)


def _give_back_free_pages() -> None:
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
