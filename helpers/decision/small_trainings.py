"""Small trainings: how many examples are enough is known only by training on few of them."""

import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from openai import OpenAI

from .. import compare, jobs, progress
from ..backends.backend import Backend
from ..training_data import split_off_answer, upload_fields, write_jsonl
from .text_classifier import MAX_ASKED, like_the_desk

MIN_STEPS = 60  # a small file is learned in steps, not in epochs, as lesson 9 measured
MAX_EPOCHS = 50


def small_trainings(
    client: OpenAI,
    backend: Backend,
    parts: dict[str, list[dict]],
    sizes: Sequence[int],
    settings: Mapping[str, float],
    folder: Path,
    budget_usd: float | None,
    max_tokens: int = 80,
) -> pd.DataFrame:
    """A row for each size, as `curve_without_a_model` has them: opponent "tuned", examples, right, of.

    Each size is drawn at random from the training part, written to `folder`, trained with these hyperparameters, and
    asked the validation questions. `settings` has at least n_epochs and batch_size; a small size gets more epochs, so
    that it makes MIN_STEPS steps. No training is made twice. Raises costs.OverBudget above `budget_usd` for one of
    them (None: free), RuntimeError where one fails, ValueError for a size that there is not.
    """
    prompts, references = [], []
    for example in parts["validation"][:MAX_ASKED]:
        prompt, answer = split_off_answer(example)
        prompts.append(prompt)
        references.append(answer)
    rows = []
    for size in sizes:
        model = _trained(client, backend, parts["train"], size, settings, folder, budget_usd)
        answers = compare.ask_all(client, model, prompts, max_tokens=max_tokens).answer
        rows.append(("tuned", size, sum(like_the_desk(answers, references)), len(references)))
    return pd.DataFrame(rows, columns=["opponent", "examples", "right", "of"])


def _trained(client, backend, train, size, settings, folder, budget_usd) -> str:
    """The name of a model trained on so many examples."""
    if not 0 < size <= len(train):
        raise ValueError(f"There are {len(train)} examples to train on, so {size} cannot be drawn from them.")
    path = Path(folder) / f"train_{size}.jsonl"
    write_jsonl(path, map(upload_fields, random.Random(1).sample(train, size)))
    epochs = min(MAX_EPOCHS, max(settings["n_epochs"], math.ceil(MIN_STEPS * settings["batch_size"] / size)))
    job = jobs.train_once(
        client,
        model=backend.base_model,
        training_file=jobs.upload_once(client, path).id,
        suffix=f"own-data-{size}",
        seed=42,
        budget_usd=budget_usd,
        method={"type": "supervised", "supervised": {"hyperparameters": {**settings, "n_epochs": epochs}}},
    )
    job = progress.follow(client, job.id, backend.poll_seconds)
    if not job.fine_tuned_model:
        raise RuntimeError(progress.ending(job))
    return job.fine_tuned_model
