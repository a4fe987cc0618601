"""The method reinforcement: seconds a step, beside TRL's GRPOTrainer on its defaults, on the task of lesson 13.

Both start from the base model with the same rank, learning rate, precision, prompts and answers a prompt, and sample up
to as many tokens. Each ends with the mean reward of its own last step; a few steps teach little.
"""

import importlib.util
import time
from pathlib import Path

from finetune_server.model.download import DEFAULT_MODEL, model_folder
from finetune_server.training.reinforcement import ANSWER_TOKENS, group_of
from finetune_server.training.reward_training import ANSWERS, RewardTraining
from finetune_server.training.trainer import Settings
from tools.experiments.reward_rates import tickets_with_an_order

from .trl_training import trained_by_trl

SETTINGS = Settings(n_epochs=1, batch_size=4, learning_rate_multiplier=0.5, seed=42, method="reinforcement")


def run(full: bool) -> None:
    steps = 10 if full else 3
    folder, tickets = model_folder(DEFAULT_MODEL), tickets_with_an_order()[: steps * SETTINGS.batch_size]
    print(f"  {steps} steps of {SETTINGS.batch_size} tickets, {ANSWERS} answers each", flush=True)
    seconds, reward = ours(folder, tickets)
    print(f"  ours: {seconds / steps:.1f} s a step, last mean reward {reward:.2f}", flush=True)
    if not importlib.util.find_spec("trl"):
        print("  TRL: left out, for trl is not installed")
        return
    trl_seconds, reward = trls(folder, tickets, steps)
    print(f"  TRL: {trl_seconds / steps:.1f} s a step, last mean reward {reward:.2f}")
    print(f"  ours takes {seconds / trl_seconds:.0%} of TRL's time")


def reward_of(text: str, order: str) -> float:
    """Half for the order's number, half for at most 20 words: the grader of lesson 13."""
    short = max(0.0, min(1.0, (60 - len(text.split())) / 40))
    return ((order in text) + short) / 2


def ours(folder: Path, tickets: list[dict]) -> tuple[float, float]:
    """Seconds from weights on disk to the last step, and the mean reward of its answers."""
    started, reward = time.perf_counter(), 0.0
    training = RewardTraining(folder, tickets, [], SETTINGS)
    n = training.answers_per_item
    while training.step < training.total_steps:
        items = training.batch()
        [answers] = filter(None, training.sampled(items, n, "step"))
        owners = [item for item in items for _ in range(n)]
        texts = training.tokenizer.batch_decode(answers, skip_special_tokens=True)
        rewards = [reward_of(text, item.line["order"]) for text, item in zip(texts, owners, strict=True)]
        parts = [slice(k, k + n) for k in range(0, len(answers), n)]
        training.learn([group_of(item.ids, answers[p], rewards[p]) for item, p in zip(items, parts, strict=True)])
        reward = sum(rewards) / len(rewards)
    return time.perf_counter() - started, reward


def trls(folder: Path, tickets: list[dict], steps: int) -> tuple[float, float]:
    """The same for TRL."""
    from trl import (  # pyright: ignore[reportMissingImports] (not in the lock)
        GRPOConfig,  # pyright: ignore[reportPrivateImportUsage]
        GRPOTrainer,  # pyright: ignore[reportPrivateImportUsage]
    )

    def graded(completions: list, order: list[str], **_) -> list[float]:
        return [reward_of(said[0]["content"], own) for said, own in zip(completions, order, strict=True)]

    seconds, history = trained_by_trl(
        GRPOTrainer,
        GRPOConfig,
        folder,
        [{"prompt": one["messages"], "order": one["order"]} for one in tickets],
        SETTINGS,
        {"reward_funcs": graded},
        max_steps=steps,
        per_device_train_batch_size=SETTINGS.batch_size * ANSWERS,
        num_generations=ANSWERS,
        max_completion_length=ANSWER_TOKENS,
    )
    return seconds, [log["reward"] for log in history if "reward" in log][-1]
