"""Answers: one token beside a long answer, and many clients at once against batches that nobody may join."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from openai import OpenAI

from ..local_server import Server

QUESTIONS = [f"What does a vacuum cleaner of the kind number {n} need every {n} weeks?" for n in range(2, 66)]
TOKENS = 40  # the longest answer to one of them
CLIENTS = 16
LONG_TOKENS = 450


def run(full: bool) -> None:
    from finetune_server.model.download import DEFAULT_MODEL, model_folder

    folder = model_folder(DEFAULT_MODEL)
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(Path(scratch) / "store", str(folder))
        server.start()
        try:
            model, client = server.base_model, server.api
            ask(client, model, QUESTIONS[0], 1)
            print_beside(client, model)
            seconds = min(by_clients(client, model) for _ in range(3 if full else 1))
        finally:
            server.kill()
    batches, alone = with_generate(folder, CLIENTS), with_generate(folder, 1)
    print(
        f"  {len(QUESTIONS)} questions: by {CLIENTS} clients {seconds:.1f} s; by transformers' generate in batches of "
        f"{CLIENTS} {batches:.1f} s ({batches / seconds:.1f} times as long), one by one {alone:.1f} s "
        f"({alone / seconds:.1f} times)"
    )


def ask(client: OpenAI, model: str, question: str, tokens: int, **settings: Any) -> float:
    """Seconds until the answer is there."""
    began = time.perf_counter()
    messages: Any = [{"role": "user", "content": question}]
    client.chat.completions.create(model=model, messages=messages, max_tokens=tokens, temperature=0, **settings)
    return time.perf_counter() - began


def print_beside(client: OpenAI, model: str) -> None:
    alone = statistics.median(ask(client, model, question, 1) for question in QUESTIONS[:9])
    beside = []
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(ask, client, model, "Tell a long story.", LONG_TOKENS, logit_bias={"2": -100})  # no end
        time.sleep(1)
        for question in QUESTIONS[9:18]:
            beside.append(ask(client, model, question, 1))
        assert not long.done()
        seconds = long.result()
    middle = statistics.median(beside)
    print(
        f"  one token alone {alone:.3f} s; while another client gets {LONG_TOKENS} tokens in {seconds:.1f} s, "
        f"{middle:.3f} s, at most {max(beside):.3f} s ({middle / alone:.1f} times)"
    )


def by_clients(client: OpenAI, model: str) -> float:
    """Seconds until all clients together have an answer to each question."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda question: ask(client, model, question, TOKENS), QUESTIONS))
    return time.perf_counter() - began


def with_generate(folder: Path, size: int) -> float:
    """Seconds for the same answers by transformers' `generate`, in batches of `size`."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    chats = [[{"role": "user", "content": question}] for question in QUESTIONS]
    began = time.perf_counter()
    for start in range(0, len(chats), size):
        prompts: Any = tokenizer.apply_chat_template(
            chats[start : start + size], add_generation_prompt=True, return_tensors="pt", return_dict=True, padding=True
        )
        model.generate(**prompts, max_new_tokens=TOKENS, do_sample=False)
    return time.perf_counter() - began
