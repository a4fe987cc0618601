"""The store: a step of a job, an object, and a look through all jobs, in SQLite and, if it is there, PostgreSQL."""

import statistics
import tempfile
import timeit
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from .. import postgres

JOBS = 10_000
STEPS = 1000


def run(full: bool) -> None:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print_speed("SQLite", scratch / "sqlite", None)
        try:
            running = stack.enter_context(postgres.running(fsync=True))
        except pytest.skip.Exception as missing:
            print(f"  {missing}")
        else:
            print_speed("PostgreSQL", scratch / "postgres", running.new_database())


def print_speed(name: str, folder: Path, database: str | None) -> None:
    from finetune_server.store.store import Store
    from finetune_server.training.job import Job
    from finetune_server.training.run_progress import RunProgress
    from finetune_server.training.step import Step

    store = Store(folder, database)
    with store.transaction():
        for n in range(JOBS):
            store.put("job", {"id": f"ftjob-{n}", "status": "running", "model": "tiny", "text": "x" * 1000})
    progress = RunProgress(Job(store, "ftjob-0"), None)  # type: ignore[arg-type] (nothing is saved)
    step = Step(1, 9, 100, {"loss": 1.0}, {}, {})
    a_step = seconds(lambda: progress.log_step(step, 0, 60.0), STEPS)
    an_object = seconds(lambda: store.put("event", {"id": "e", "text": "x" * 300}), STEPS)
    a_look = seconds(lambda: store.all("job"), 3)
    store.close()
    print(
        f"  {name}: a step of a job is logged in {a_step * 1000:.2f} ms ({1 / a_step:.0f} a second), an object is "
        f"written in {an_object * 1000:.2f} ms; all of {JOBS} jobs are read in {a_look * 1000:.0f} ms"
    )


def seconds(work: Callable[[], object], times: int) -> float:
    """How long it takes once: the median, so that other programs count little."""
    return statistics.median(timeit.repeat(work, number=1, repeat=times))
