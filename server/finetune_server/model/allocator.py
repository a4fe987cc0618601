"""Gives the memory of freed tensors back to the system."""

import ctypes
import gc
import platform


def give_back_freed_memory() -> None:
    """Free what is no longer in use, and have glibc return the free pages of its heaps; elsewhere only the first.

    By itself glibc returns only what is free at a heap's end. A training leaves its heaps full of holes between a few
    blocks that are still in use, and the process keeps them: gigabytes, in a server that trained and then answers.
    """
    gc.collect()  # a training and its learning-rate schedule refer to each other
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
