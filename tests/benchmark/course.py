"""Seconds for each lesson in replay, from its kernel's start to its last cell; milliseconds for a replayed call."""

import time
from concurrent.futures import ThreadPoolExecutor

from openai import OpenAI

from helpers.paths import TAPES
from helpers.replay.server import serve_in_thread, stub
from helpers.replay.tape import read_tape
from tools.lessons import LESSONS
from tools.record import run_notebook

AT_ONCE = 2  # with one thread each, as in the README's line


def run(full: bool) -> None:
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, seconds in pool.map(timed, [lesson.name for lesson in LESSONS]):
            print(f"  {name:30} {seconds:6.1f} s", flush=True)
    print(f"  {f'all lessons, {AT_ONCE} at a time':30} {time.perf_counter() - started:6.1f} s")
    print(f"  {replayed_call():.2f} ms a replayed call")


def timed(name: str) -> tuple[str, float]:
    """The lesson's name and its seconds."""
    began = time.perf_counter()
    run_notebook(name, {"COURSE_PLACE": "replay", "OMP_NUM_THREADS": "1"})
    return name, time.perf_counter() - began


def replayed_call(calls: int = 300) -> float:
    """Milliseconds, mean of so many calls."""
    exchanges = read_tape(TAPES / "05_compare.jsonl").exchanges
    client = OpenAI(base_url=serve_in_thread(stub(exchanges)), api_key="none")
    client.fine_tuning.jobs.list(limit=100)
    started = time.perf_counter()
    for _ in range(calls):
        client.fine_tuning.jobs.list(limit=100)
    return (time.perf_counter() - started) / calls * 1000
