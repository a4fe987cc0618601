"""Seconds for each lesson in replay, from its kernel's start to its last cell; milliseconds for a replayed call."""

import time

from openai import OpenAI

from helpers.paths import TAPES
from helpers.replay.server import serve_in_thread, stub
from helpers.replay.tape import read_tape
from tools.lessons import LESSONS
from tools.record import run_notebook


def run(full: bool) -> None:
    started = time.perf_counter()
    for lesson in LESSONS:
        began = time.perf_counter()
        run_notebook(lesson.name, {"COURSE_PLACE": "replay"})
        print(f"  {lesson.name:30} {time.perf_counter() - began:6.1f} s")
    print(f"  {'all lessons':30} {time.perf_counter() - started:6.1f} s")
    print(f"  {replayed_call():.2f} ms a replayed call")


def replayed_call(calls: int = 300) -> float:
    """Milliseconds, mean of so many calls."""
    exchanges = read_tape(TAPES / "05_compare.jsonl").exchanges
    client = OpenAI(base_url=serve_in_thread(stub(exchanges)), api_key="none")
    client.fine_tuning.jobs.list(limit=100)
    started = time.perf_counter()
    for _ in range(calls):
        client.fine_tuning.jobs.list(limit=100)
    return (time.perf_counter() - started) / calls * 1000
