"""A large export of a desk, from reading to the verdict; filled-in templates; and the labelled near-duplicates."""

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from helpers import costs, decision
from helpers.paths import ROOT
from helpers.training_data import clean, find_near_duplicates, inspect, leaks, read, read_jsonl, split
from helpers.training_data.example import first_answer, first_question

MODULE = "tests.benchmark.large_export"
ROWS, TEMPLATES = 200_000, 20_000
MODEL = "gpt-4.1-mini-2025-04-14"
GREETINGS = ("", "", "", "Hello, ", "Hi there! ", "Good morning, ", "Dear team,\n")
CLOSINGS = ("", "", "", " Thanks, Ada", "\n\nKind regards\nTom Falk", "\n\nBest wishes,\nNils Olsen", " Cheers.")
TEMPLATE = (
    "Classify the following message into exactly one of the categories billing, repair, shipping, returns or other. "
    "Answer with the category only, in lower case. If several fit, take the first that is named.\n\nMessage: "
)


def made_up_words(rng: random.Random, count: int) -> list[str]:
    return ["".join(rng.choices("abcdefghiklmnoprstuw", k=rng.randint(4, 9))) for _ in range(count)]


def mistyped(text: str, rng: random.Random) -> str:
    n = rng.randrange(1, len(text) - 1)
    return text[:n] + text[n + 1] + text[n] + text[n + 2 :]


def export(path: str, rows: str) -> None:
    """Writes questions of data/desk about products and orders; a tenth are near-duplicates of one shortly before."""
    rng = random.Random(7)
    tickets = read_jsonl(ROOT / "data" / "desk" / "en" / "train.jsonl")
    asked = [(first_question(t), first_answer(t)) for t in tickets if len(first_question(t)) > 20]
    products = made_up_words(rng, 5_000)
    found: list[tuple[str, str]] = []
    for _ in range(int(rows)):
        if found and rng.random() < 0.1:
            question, answer = found[rng.randrange(max(0, len(found) - 1_000), len(found))]
            question = mistyped(question, rng) if rng.random() < 0.5 else question
        else:
            question, answer = rng.choice(asked)
            about = f" It is the {rng.choice(products)} {rng.choice(products)}"
            question += about + rng.choice(
                [".", f", order {rng.randrange(10**6)}.", f", sent to {rng.choice(products)}."]
            )
        found.append((question, answer))
    signed = [(rng.choice(GREETINGS) + question + rng.choice(CLOSINGS), answer) for question, answer in found]
    pd.DataFrame(signed, columns=["Question", "Answer"]).to_csv(path, index=False)


def to_the_verdict(rows: str) -> None:
    """Prints the seconds and the peak memory of this process, and the seconds of the CPU in each step."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        run_alone("export", path, rows)
        base = peak()
        began, busy = time.perf_counter(), time.process_time()
        steps: dict[str, float] = {}

        def step(name: str):
            steps[name] = time.process_time() - busy - sum(steps.values())

        examples = read(path, question="Question", answer="Answer")
        step("read")
        report = inspect(examples, MODEL)
        step("inspect")
        cleaned = clean(examples, report)
        step("clean")
        left = inspect(cleaned, MODEL)
        step("inspect again")
        parts = split(cleaned)
        step("split")
        shared = len(leaks(parts))
        step("leaks")
        searched = decision.answers_without_a_model(parts["train"], parts["test"])
        step("search")
        estimate = costs.estimate(parts["train"], MODEL, 4, on="2026-11-22")
        won = decision.gain(estimate.usd, 0.02, 0.01, a_day=100, start="2026-11-22")
        money = decision.Money(MODEL, estimate, 1e6, 0, 0.02, 0.01, won, 0.0)
        account = decision.not_asked("2026-11-22")
        data = decision.Data({"path": path}, [], examples, report, cleaned, left, parts)
        verdict = decision.verdict(decision.conditions(data, account, money, searched))
        step("cost and verdict")
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(
        f"  {int(rows):,} rows: {seconds:.0f} s, {cpu:.0f} of them on the CPU, {peak():,.0f} MB at the peak "
        f"({base:,.0f} before)"
    )
    print("    on the CPU:", ", ".join(f"{name} {seconds:.0f} s" for name, seconds in steps.items()))
    copies = {kind: n for kind, n in report.counts.items() if kind in ("duplicate", "near-duplicate")}
    print(f"    {copies} found, {len(cleaned):,} examples left, {shared} shared by two parts. {verdict}")


def templates(count: str) -> None:
    """Prints how long it takes to compare one template, filled in with other words each time."""
    rng = random.Random(2)
    words = made_up_words(rng, 3_000)
    filled = [TEMPLATE + " ".join(rng.choices(words, k=8)) for _ in range(int(count))]
    examples = [{"messages": [{"role": "user", "content": text}]} for text in filled]
    began, busy = time.perf_counter(), time.process_time()
    found = len(list(find_near_duplicates(examples)))
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(
        f"  {int(count):,} filled-in templates: {found} near-duplicates, {seconds:.1f} s, {cpu:.1f} of them on the "
        f"CPU, {peak():,.0f} MB at the peak"
    )


def labelled() -> None:
    """Prints precision and recall on the labelled pairs."""
    from ..helpers.test_labelled_near_duplicates import PAIRS, precision_and_recall

    precision, recall = precision_and_recall()
    print(f"  {len(PAIRS)} labelled pairs: precision {precision:.0%}, recall {recall:.0%}")


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def run(full: bool) -> None:
    run_alone("labelled")
    run_alone("templates", TEMPLATES)
    run_alone("to_the_verdict", ROWS if full else ROWS // 10)


def run_alone(what: str, *arguments: object) -> None:
    """Runs one of these functions in a process of its own, so that memory is its own."""
    subprocess.run([sys.executable, "-m", MODULE, what, *map(str, arguments)], check=True)


if __name__ == "__main__":
    {"export": export, "labelled": labelled, "templates": templates, "to_the_verdict": to_the_verdict}[sys.argv[1]](
        *sys.argv[2:]
    )
