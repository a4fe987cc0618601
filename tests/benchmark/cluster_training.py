"""Jobs on a Ray cluster of two nodes of one core: two of them one after the other, then at once.

Goal: at once they take at most 65 % of the time, the starts of their processes counted.
"""

import tempfile
import time
from pathlib import Path

from openai.types.fine_tuning.supervised_hyperparameters_param import SupervisedHyperparametersParam

from finetune_server.model.download import DEFAULT_MODEL
from helpers.paths import DATA

from ..local_server import Server, finished, supervised, upload

SETTINGS: SupervisedHyperparametersParam = {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 2.5}
GOAL = 0.65
PATIENCE = 3600  # seconds


def run(full: bool) -> None:
    from ..ray_cluster import RayCluster

    examples = (DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)
    chosen = examples if full else examples[: len(examples) // 10]
    cluster = RayCluster(2)
    try:
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder) / "store", DEFAULT_MODEL, options=("--cluster", cluster.address))
            server.start()
            try:
                compare(server, upload(server.api, b"".join(chosen)), len(chosen))
            finally:
                server.kill()
    finally:
        cluster.stop()


def compare(server: Server, file: str, examples: int) -> None:
    """Print both times, and what share of the first one the second is."""
    began = time.perf_counter()
    for _ in range(2):
        end(server, create(server, file))
    in_turn = time.perf_counter() - began
    print(f"  two jobs of {examples} examples, {SETTINGS}, one after the other: {in_turn:.1f} s", flush=True)
    began = time.perf_counter()
    for job in [create(server, file) for _ in range(2)]:
        end(server, job)
    at_once = time.perf_counter() - began
    print(f"  at once, one core each: {at_once:.1f} s, {at_once / in_turn:.0%} (goal: at most {GOAL:.0%})")


def create(server: Server, file: str):
    return server.api.fine_tuning.jobs.create(
        model=server.base_model, training_file=file, seed=42, method=supervised(**SETTINGS)
    )


def end(server: Server, job) -> None:
    job = finished(server.api, job, PATIENCE)
    assert job.status == "succeeded", job.error
