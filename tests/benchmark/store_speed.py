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
    step = Step(1, 9, 100, {"loss": 1.0, "mean_token_accuracy": 0.5}, {}, {})
    print(f"  {name}: a step of a job is logged in {milliseconds(lambda: progress.log_step(step, 0, 60.0), STEPS)}")
    print(f"  {name}: {JOBS:,} jobs are read in {milliseconds(lambda: store.all('job'), 5)}")
    store.close()


def milliseconds(work: Callable[[], object], times: int) -> str:
    """How long it takes once: the median and the best, since other programs may be running."""
    seconds = timeit.repeat(work, number=1, repeat=times)
    return f"{statistics.median(seconds) * 1000:.2f} ms (best {min(seconds) * 1000:.2f})"
