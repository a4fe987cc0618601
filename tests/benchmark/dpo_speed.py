"""The method dpo: seconds a pair, beside supervised training on the same texts, and beside TRL's DPOTrainer.

Goals: at most 2.7 times the time that supervised training takes for one example, which is one answer with its input;
at most half of the time of TRL on its defaults, with the same weights, rank, pairs, epochs, batch and precision.
The reference pass counts. Each ends with the share of its own pairs whose preferred answer has the higher reward.
"""

import importlib.util
import time
from dataclasses import replace

from finetune_server.model.download import DEFAULT_MODEL, model_folder
from finetune_server.model.precision import faster_in_half
from finetune_server.training.trainer import Settings, Training
from helpers.paths import DESK
from helpers.training_data import read_jsonl

from .trl_training import trained_by_trl

SUPERVISED = Settings(n_epochs=2, batch_size=8, learning_rate_multiplier=0.2, seed=42)
PREFERENCES = replace(SUPERVISED, method="dpo", beta=0.1)


def run(full: bool) -> None:
    folder = model_folder(DEFAULT_MODEL)
    pairs = read_jsonl(DESK / "preferences" / "train.jsonl")
    pairs = pairs if full else pairs[: len(pairs) // 10]
    chosen = [{"messages": pair["input"]["messages"] + pair["preferred_output"]} for pair in pairs]
    print(f"  {len(pairs)} pairs, {SUPERVISED.n_epochs} epochs; bfloat16: {faster_in_half('cpu')}", flush=True)
    supervised, _ = ours(folder, chosen, SUPERVISED)
    print(f"  supervised, on the preferred answers: {supervised:.1f} s", flush=True)
    seconds, accuracy = ours(folder, pairs, PREFERENCES)
    print(f"  dpo: {seconds:.1f} s, at the end {accuracy:.0%} of the pairs right", flush=True)
    print(f"  dpo takes {seconds / supervised:.2f} times as long for a pair as supervised for an example")
    if not importlib.util.find_spec("trl"):
        print("  TRL: left out, for trl is not installed")
        return
    trl_seconds, accuracy = trls(folder, pairs)
    print(f"  TRL: {trl_seconds:.1f} s, at the end {accuracy:.0%} of the pairs right")
    print(f"  ours takes {seconds / trl_seconds:.0%} of TRL's time")


def ours(folder, examples: list, settings: Settings) -> tuple[float, float]:
    """Seconds from weights on disk to the last step, and a share of 1: pairs (else tokens) right in the last epoch."""
    started = time.perf_counter()
    training = Training(folder, examples, [], settings)
    steps = list(training.steps())
    seconds = time.perf_counter() - started
    name = "rewards/accuracies" if settings.method == "dpo" else "mean_token_accuracy"
    last = [step.train[name] for step in steps[-training.steps_per_epoch :]]
    return seconds, sum(last) / len(last)


def trls(folder, pairs: list) -> tuple[float, float]:
    """The same for TRL's pairs."""
    from trl import (  # pyright: ignore[reportMissingImports] (not in the lock)
        DPOConfig,  # pyright: ignore[reportPrivateImportUsage]
        DPOTrainer,  # pyright: ignore[reportPrivateImportUsage]
    )

    columns = {"prompt": "input", "chosen": "preferred_output", "rejected": "non_preferred_output"}
    rows = [{name: pair[own] for name, own in columns.items()} for pair in pairs]
    seconds, history = trained_by_trl(
        DPOTrainer,
        DPOConfig,
        folder,
        [row | {"prompt": row["prompt"]["messages"]} for row in rows],
        PREFERENCES,
        {},
        beta=PREFERENCES.beta,
        num_train_epochs=PREFERENCES.n_epochs,
        per_device_train_batch_size=PREFERENCES.batch_size,
    )
    told = [log["rewards/accuracies"] for log in history if "rewards/accuracies" in log]
    last = told[-len(told) // PREFERENCES.n_epochs :]
    return seconds, sum(last) / len(last)
