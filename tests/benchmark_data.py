"""Does checking take less time and memory than the cookbook's way of counting?  python -m tests.benchmark_data

Both read the same file of 100,000 examples of three messages, three times, each time in a process
of its own; the quickest run counts, for a machine has other things to do. The other way is that of
OpenAI's data-preparation notebook: parse the whole file, go through every message with tiktoken's
`encode`, once for the tokens of all its values and once for those of the assistant, and keep three
numbers an example. Megabytes are what the work adds to a process that has imported its modules and
loaded the tokenizer. Then `check` reads a file of 512 MB.
"""

import json
import multiprocessing
import os
import platform
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers import tokenizer
from helpers.paths import DATA
from helpers.training_data.checks import MODEL, check
from helpers.training_data.jsonl import read_jsonl
from tools.provenance import processor

EXAMPLES = 100_000
LARGE = 512 * 2**20  # bytes


def cookbook(path: Path) -> int:
    """Tokens of the file, counted message by message."""
    with open(path, encoding="utf-8") as file:
        dataset = [json.loads(line) for line in file]
    encoding = tokenizer.encoding(MODEL)
    counts, totals, answers = [], [], []
    for example in dataset:
        messages = example["messages"]
        counts.append(len(messages))
        totals.append(sum(4 + sum(len(encoding.encode(value)) for value in m.values()) for m in messages) + 1)
        answers.append(sum(len(encoding.encode(m["content"])) for m in messages if m["role"] == "assistant"))
    return sum(totals)


def ours(path: Path) -> int:
    report = check(path)
    assert not len(report), report
    return report.tokens


def write_set(path: Path, answers: Callable[[random.Random, int], str], size: float = float("inf")) -> int:
    """Examples with the desk's system prompt and questions of which no two are the same. How many were written."""
    rng, written, n = random.Random(1), 0, 0
    seen = [e["messages"] for e in read_jsonl(DATA / "en" / "train.jsonl")]
    words = sorted({word for _, question, _ in seen for word in question["content"].split()})
    with open(path, "w", encoding="utf-8") as file:
        while n < EXAMPLES if size == float("inf") else written < size - 2_000:
            asked = " ".join(rng.choices(words, k=rng.randint(6, 20)))
            said = [("system", seen[0][0]["content"]), ("user", f"{asked}?"), ("assistant", answers(rng, n))]
            written += file.write(json.dumps({"messages": [{"role": r, "content": c} for r, c in said]}) + "\n")
            n += 1
        if size != float("inf"):
            file.write(" " * int(size - written))
    return n


def _measure(work: Callable, path: Path, results) -> None:
    tokenizer.encoding(MODEL).encode("warm")
    before = _resident_peak()
    began = time.perf_counter()
    counted = work(path)
    results.put((time.perf_counter() - began, (_resident_peak() - before) / 1024, _resident_peak() / 1024, counted))


def _resident_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measured(work: Callable, path: Path, times: int = 3) -> tuple[float, float]:
    """Seconds and added megabytes of the quickest of a few runs, each in a fresh process."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    runs = []
    for _ in range(times):
        process = context.Process(target=_measure, args=(work, path, results))
        process.start()
        runs.append(results.get())
        process.join()
    seconds, added, peak, counted = min(runs)
    print(
        f"    {work.__name__:9} {seconds:7.2f} s  {added:7.1f} MB added, {peak:6.0f} MB in all  {counted:>12,} tokens"
    )
    return seconds, added


def main() -> None:
    print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    desk = sorted({e["messages"][2]["content"] for e in read_jsonl(DATA / "en" / "train.jsonl")})
    sets = {
        "a desk: questions all different, its 37 answers": lambda rng, n: rng.choice(desk),
        "the worst case: every question and every answer different": lambda rng, n: (
            f"{rng.choice(desk)} Your number is {n}."
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.jsonl"
        for name, answers in sets.items():
            print(f"  {write_set(path, answers):,} examples, {path.stat().st_size / 2**20:.0f} MB, {name}")
            (slow, large), (quick, small) = measured(cookbook, path), measured(ours, path)
            print(f"    check takes {quick / slow:.0%} of the time and {small / large:.0%} of the memory")
        print(
            f"  {write_set(path, sets['a desk: questions all different, its 37 answers'], LARGE):,} examples, "
            f"{path.stat().st_size / 2**20:.0f} MB"
        )
        measured(ours, path, times=1)


if __name__ == "__main__":
    main()
