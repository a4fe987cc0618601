"""The local API: a training run, answers to many at once against one by one, the second start, memory."""

import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from openai import OpenAI
from openai.types.fine_tuning.supervised_hyperparameters_param import SupervisedHyperparametersParam

from helpers import jobs
from helpers.dataset import read_jsonl
from helpers.paths import DATA
from helpers.replay.places import local_server

from ..local_server import supervised

SETTINGS: SupervisedHyperparametersParam = {
    "n_epochs": 4,
    "batch_size": 8,
    "learning_rate_multiplier": 2.5,
}  # those of lesson 3
TOKENS = 40  # the longest answer


def run(full: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with local_server(Path(folder)) as (address, about):
            print(f"  ready to chat {time.perf_counter() - started:.1f} s after its start, weights in the cache")
            client = OpenAI(base_url=f"{address}/v1", api_key="local")
            train(client, about["base_model"], full)
            questions = read_jsonl(DATA / "en" / "test.jsonl")[:64]
            seconds = answer(client, about["base_model"], questions)
        alone = one_by_one(questions)
        print(
            f"  {len(questions)} questions: by 16 clients at once {seconds:.1f} s, one by one through generate "
            f"{alone:.1f} s, {alone / seconds:.1f} times as fast"
        )


def train(client: OpenAI, model: str, full: bool) -> None:
    examples = (DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)
    chosen = examples if full else examples[: len(examples) // 10]
    file = client.files.create(file=("train.jsonl", b"".join(chosen)), purpose="fine-tune")
    started = time.perf_counter()
    job = client.fine_tuning.jobs.create(model=model, training_file=file.id, seed=42, method=supervised(**SETTINGS))
    asked, slowest, most = 0, 0.0, 0.0
    while job.status not in jobs.FINAL:
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
    servers = [line.split()[0] for line in listed.splitlines() if "helpers.local_api --port" in line]
    return sum(map(int, servers)) * 1024 / 1e9


def answer(client: OpenAI, model: str, questions: list[dict]) -> float:
    """Seconds until 16 clients have answers to all."""
    ask = lambda q: client.chat.completions.create(
        model=model, messages=q["messages"][:2], temperature=0, max_tokens=TOKENS
    )
    started = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, questions))
    return time.perf_counter() - started


def one_by_one(questions: list[dict]) -> float:
    """Seconds for the same answers from transformers' `generate`, one after the other."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from helpers.local_api.weights import DEFAULT_MODEL, model_folder

    folder = model_folder(DEFAULT_MODEL)
    model: Any = AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    started = time.perf_counter()
    for question in questions:
        prompt = tokenizer.apply_chat_template(
            question["messages"][:2], add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        model.generate(**prompt, max_new_tokens=TOKENS, do_sample=False)
    return time.perf_counter() - started
