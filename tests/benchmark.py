"""How fast is it here? Prints figures, judges nothing: python -m tests.benchmark [--full]

Without torch the training part is left out. `--full` trains as lesson 3 does; without it,
a tenth of that.
"""

import importlib.util
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from openai import OpenAI

from helpers import jobs
from helpers.lessons import LESSONS
from helpers.paths import DATA, NOTEBOOKS, TAPES
from helpers.replay.places import local_server
from helpers.replay.provenance import processor
from helpers.replay.server import serve_in_thread, stub
from helpers.replay.tape import read_tape

SETTINGS = {"n_epochs": 3, "batch_size": 8, "learning_rate_multiplier": 2.5}  # those of lesson 3


def course() -> None:
    started = time.perf_counter()
    for lesson in LESSONS:
        began = time.perf_counter()
        command = [sys.executable, "-m", "jupyter", "execute", str(NOTEBOOKS / f"{lesson.name}.ipynb")]
        subprocess.run(command, check=True, capture_output=True)
        print(f"  {lesson.name:20} {time.perf_counter() - began:6.1f} s")
    print(f"  all lessons          {time.perf_counter() - started:6.1f} s")


def replayed_call(calls: int = 300) -> None:
    _, exchanges = read_tape(TAPES / "05_compare.jsonl")
    client = OpenAI(base_url=serve_in_thread(stub(exchanges)), api_key="none")
    client.fine_tuning.jobs.list(limit=100)
    started = time.perf_counter()
    for _ in range(calls):
        client.fine_tuning.jobs.list(limit=100)
    print(f"  {(time.perf_counter() - started) / calls * 1000:.2f} ms a replayed call, mean of {calls}")


def training(full: bool) -> None:
    examples = (DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)
    chosen = examples if full else examples[: len(examples) // 10]
    with tempfile.TemporaryDirectory() as store, local_server(Path(store)) as (address, about):
        client = OpenAI(base_url=f"{address}/v1", api_key="local")
        file = client.files.create(file=("train.jsonl", b"".join(chosen)), purpose="fine-tune")
        started = time.perf_counter()
        method = {"type": "supervised", "supervised": {"hyperparameters": SETTINGS}}
        job = client.fine_tuning.jobs.create(model=about["base_model"], training_file=file.id, seed=42, method=method)
        while job.status not in jobs.FINAL:
            time.sleep(0.5)
            job = client.fine_tuning.jobs.retrieve(job.id)
        seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  {len(chosen)} examples, {SETTINGS}: {job.status} in {seconds:.0f} s, "
          f"{job.trained_tokens / seconds:.0f} tokens/s, at most {megabytes:.0f} MB resident")  # fmt: skip
    print(f"  {about['versions']}")


def main() -> None:
    print(f"{processor()}, Python {platform.python_version()}, openai {version('openai')}")
    print("the course in replay")
    course()
    print("the stub")
    replayed_call()
    print("a training run on the local API")
    if importlib.util.find_spec("torch"):
        training("--full" in sys.argv[1:])
    else:
        print("  left out: torch is not installed (requirements-local.txt)")


if __name__ == "__main__":
    main()
