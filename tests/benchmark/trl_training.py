"""A training by TRL on its defaults, with our weights, rank, learning rate, seed and precision."""

import tempfile
import time
from pathlib import Path
from typing import Any

from peft import LoraConfig

from finetune_server.model.precision import faster_in_half
from finetune_server.training.trainer import BASE_LEARNING_RATE, Settings


def trained_by_trl(
    trainer: Any, config: Any, folder: Path, rows: list[dict], settings: Settings, given: dict, **own: Any
) -> tuple[float, list[dict]]:
    """Seconds from weights on disk to the last step, and what was logged at each.

    `given` are more arguments of the trainer, and `own` more of its config.
    """
    from datasets import Dataset  # pyright: ignore[reportMissingImports] (comes with trl)
    from transformers import AutoTokenizer

    data = Dataset.from_list(rows)
    with tempfile.TemporaryDirectory() as output:
        started = time.perf_counter()
        training = trainer(
            str(folder),
            train_dataset=data,
            processing_class=AutoTokenizer.from_pretrained(folder),
            args=config(
                output_dir=output,
                learning_rate=BASE_LEARNING_RATE * settings.learning_rate_multiplier,
                seed=settings.seed,
                use_cpu=True,
                bf16=faster_in_half("cpu"),
                report_to="none",
                save_strategy="no",
                logging_steps=1,
                disable_tqdm=True,
                **own,
            ),
            peft_config=LoraConfig(r=settings.rank, lora_alpha=2 * settings.rank, target_modules="all-linear"),
            **given,
        )
        training.train()
        return time.perf_counter() - started, training.state.log_history
