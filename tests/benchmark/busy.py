"""A training beside other programs: steps a second alone, and with one busy process for each core."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from finetune_server.model.download import model_folder
from finetune_server.training.trainer import Settings, Training
from helpers.paths import DATA
from helpers.training_data import read_jsonl

SECONDS = 30  # a phase takes at least this long
SETTINGS = Settings(n_epochs=50, batch_size=8, learning_rate_multiplier=1.0, seed=42)


def run(full: bool) -> None:
    examples = read_jsonl(DATA / "en" / "train.jsonl")[:64]
    training = Training(model_folder(), examples, [], SETTINGS)
    steps = training.steps()
    next(steps)  # the first one is slower
    alone = [speed(steps)]
    busy = {}
    for where, own_session in {"in the same session": False, "in sessions of their own": True}.items():
        with ExitStack() as ended:
            for _ in range(os.cpu_count() or 1):
                other = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=own_session)
                ended.callback(other.kill)
            busy[where] = speed(steps)
        alone.append(speed(steps))
    for (where, there), before, after in zip(busy.items(), alone, alone[1:], strict=False):
        undisturbed = (before + after) / 2
        print(
            f"  {undisturbed:.2f} steps/s alone, {there:.2f} beside {os.cpu_count()} busy processes {where}: "
            f"{there / undisturbed:.0%}"
        )


def speed(steps: Iterator) -> float:
    """Steps a second."""
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        next(steps)
        done += 1
    return done / (time.perf_counter() - began)
