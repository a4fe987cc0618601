"""The server: the seconds of its second start, a training run, short chats beside it, and memory."""

import subprocess
import tempfile
import time
from pathlib import Path

from openai import OpenAI
from openai.types.fine_tuning.supervised_hyperparameters_param import SupervisedHyperparametersParam

from helpers import progress
from helpers.paths import DATA
from tools.live_server import local_server

from ..local_server import supervised

# those of lesson 3
SETTINGS: SupervisedHyperparametersParam = {"n_epochs": 4, "batch_size": 8, "learning_rate_multiplier": 2.5}


def run(full: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with local_server(Path(folder)) as connection:
            print(f"  ready to chat {time.perf_counter() - started:.1f} s after its start, weights in the cache")
            client = OpenAI(base_url=connection.backend.base_url, api_key=connection.key)
            train(client, connection.backend.base_model, full)


def train(client: OpenAI, model: str, full: bool) -> None:
    examples = (DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)
    chosen = examples if full else examples[: len(examples) // 10]
    file = client.files.create(file=("train.jsonl", b"".join(chosen)), purpose="fine-tune")
    started = time.perf_counter()
    job = client.fine_tuning.jobs.create(model=model, training_file=file.id, seed=42, method=supervised(**SETTINGS))
    asked, slowest, most = 0, 0.0, 0.0
    while job.status not in progress.FINAL:
        time.sleep(5)
        began = time.perf_counter()
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello"}], max_tokens=5)
        slowest, asked, most = max(slowest, time.perf_counter() - began), asked + 1, max(most, resident())
        job = client.fine_tuning.jobs.retrieve(job.id)
    seconds = time.perf_counter() - started
    print(
        f"  {len(chosen)} examples, {SETTINGS}: {job.status} in {seconds:.0f} s, "
        f"{(job.trained_tokens or 0) / seconds:.0f} tokens/s, at most {most:.2f} GB resident"
    )
    print(f"  meanwhile {asked} short chats, the slowest in {slowest:.1f} s")


def resident() -> float:
    """GB of memory that the server holds now."""
    listed = subprocess.run(["ps", "-eo", "rss=,args="], capture_output=True, text=True, check=True).stdout
    servers = [line.split()[0] for line in listed.splitlines() if "finetune_server --port" in line]
    return sum(map(int, servers)) * 1024 / 1e9
