"""The memory of freed blocks leaves the process, also from between blocks that are still in use."""

import gc
import platform
import subprocess
import sys
import threading
import time

import pytest

from ..local_server import finished, lines, supervised, upload

PROGRAM = """
import ctypes, threading
from finetune_server.model.allocator import give_back_freed_memory

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def block(megabytes):
    address = libc.malloc(megabytes << 20)
    ctypes.memset(address, 1, megabytes << 20)
    return address

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) >> 10 for line in status if line.startswith("RssAnon"))

def work():  # in a thread, as torch's: its blocks lie in a heap of their own
    libc.free(block(31))  # raises the size from which glibc maps blocks by themselves
    before, large = resident(), []
    for _ in range(30):
        large.append(block(8))
        libc.malloc(1 << 16)  # stays in use
    for address in large:
        libc.free(address)
    kept = resident() - before
    give_back_freed_memory()
    print(kept, resident() - before)

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_free_memory_between_used_blocks_is_given_back():
    program = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    kept, after = map(int, program.stdout.split())  # MB, of 240 that were freed
    assert kept > 150, "glibc gives them back by itself: the call is no longer needed"
    assert after < 20


def test_a_training_is_freed_when_its_memory_is_given_back(api, monkeypatch):
    from finetune_server.training import runner
    from finetune_server.training.trainer import Training

    seed, own_threads, alive = 7351, [], []  # servers of other tests may train beside this one
    train, give_back = runner.train, runner.give_back_freed_memory

    def trained(job, *rest):
        if job.body["seed"] == seed:
            own_threads.append(threading.current_thread())
        train(job, *rest)

    def counted():
        give_back()
        if threading.current_thread() in own_threads:
            alive.append(sum(type(one) is Training and one.settings.seed == seed for one in gc.get_objects()))

    monkeypatch.setattr(runner, "train", trained)
    monkeypatch.setattr(runner, "give_back_freed_memory", counted)
    file, method = upload(api, lines(10)), supervised(n_epochs=1)
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=file, seed=seed, method=method))
    deadline = time.monotonic() + 30
    while not alive and time.monotonic() < deadline:
        time.sleep(0.01)
    assert job.status == "succeeded" and alive == [0]
