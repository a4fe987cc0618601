"""The memory of freed blocks leaves the process, also from between blocks that are still in use."""

import gc
import platform
import subprocess
import sys
import threading
import time

import pytest

from finetune_server.model import allocator

from ..local_server import finished, lines, supervised, upload

HOLES = """
import ctypes, sys, threading, time

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

def leave_holes():
    libc.free(block(31))  # raises the size from which glibc maps blocks by themselves
    large = []
    for _ in range(30):
        large.append(block(8))
        libc.malloc(1 << 16)  # stays in use
    for address in large:
        libc.free(address)

def in_a_thread(work):  # as torch's: its blocks lie in a heap of their own
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""

AT_ONCE = """
from finetune_server.model.allocator import give_back_freed_memory

def work():
    before = resident()
    leave_holes()
    kept = resident() - before
    give_back_freed_memory()
    print(kept, resident() - before)

in_a_thread(work)
"""

WHILE_TRAINING = """
from finetune_server.training.reinforcement import group_of
from finetune_server.training.reward_training import RewardTraining
from finetune_server.training.trainer import Settings, Training

question, yes, no = ({"role": role, "content": role} for role in ("user", "assistant", "assistant"))
examples = {
    "supervised": {"messages": [question, yes]},
    "dpo": {"input": {"messages": [question]}, "preferred_output": [yes], "non_preferred_output": [no]},
    "reinforcement": {"messages": [question]},
}

def steps(method):
    settings = Settings(n_epochs=1_000_000, batch_size=1, learning_rate_multiplier=0.1, seed=0, method=method)
    kind = RewardTraining if method == "reinforcement" else Training
    training = kind(sys.argv[1], [examples[method]], [], settings, in_half=False)
    if kind is Training:
        yield from training.steps()
    while True:
        yield training.learn([group_of([1, 2], [[3], [4]], [0.0, 1.0])])

def work():
    for made in map(steps, examples):
        for _ in range(5):  # the first ones need memory of their own
            next(made)
        before = resident()
        leave_holes()
        kept = left = resident() - before
        deadline = time.monotonic() + 30
        while left > kept / 4 and time.monotonic() < deadline:
            next(made)
            left = resident() - before
        print(kept, left)

in_a_thread(work)
"""

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")


def kept_and_left(program: str, *arguments: str) -> list[list[int]]:
    """Lines of a process of its own: the MB of 240 freed ones that it still had at first, and at the end."""
    command = [sys.executable, "-c", HOLES + program, *arguments]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [[int(megabytes) for megabytes in line.split()] for line in printed.splitlines()]


@glibc
def test_free_memory_between_used_blocks_is_given_back():
    [(kept, left)] = kept_and_left(AT_ONCE)
    assert kept > 150, "glibc gives them back by itself: the call is no longer needed"
    assert left < 20


@glibc
def test_it_is_given_back_while_a_training_of_any_method_goes_on(model):
    measured = kept_and_left(WHILE_TRAINING, str(model))
    assert len(measured) == 3
    assert all(kept > 150 and left <= kept / 4 for kept, left in measured), measured


def test_giving_back_rests_long_after_it_took_long(monkeypatch):
    seconds, took, times = [0.0], 0.1, []

    def give_back():
        times.append(seconds[0])
        seconds[0] += took

    monkeypatch.setattr(allocator.time, "thread_time", lambda: seconds[0])
    monkeypatch.setattr(allocator, "_give_back_free_pages", give_back)
    memory = allocator.NowAndThen()
    while seconds[0] < 200:
        memory.give_back()
        seconds[0] += 0.005  # a step of a tiny model
    assert len(times) * took < 0.005 * seconds[0]
    assert len(times) > 2  # and it is given back again


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
