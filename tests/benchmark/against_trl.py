"""Our training against TRL's SFTTrainer on its defaults: same weights, rank, examples, epochs, batch.

TRL learns the completion's tokens only and computes in bfloat16 where we do (its default, which is far slower on a
processor without units for it); everything else about it is its default, but for the learning rate.
Both models are judged by one function, on the validation file.
"""

import tempfile
import time
from pathlib import Path

import torch
from datasets import Dataset  # pyright: ignore[reportMissingImports] (comes with trl)
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer  # pyright: ignore[reportPrivateImportUsage, reportMissingImports] (not in the lock)

from finetune_server.model.batching import IGNORE
from finetune_server.model.download import DEFAULT_MODEL, model_folder
from finetune_server.model.precision import faster_in_half
from finetune_server.training.tokenize import tokenize_example
from finetune_server.training.trainer import Settings, Training
from helpers.paths import DATA
from helpers.training_data import read_jsonl

SETTINGS = Settings(n_epochs=3, batch_size=8, learning_rate_multiplier=2.5, seed=42)
TRL_LEARNING_RATE = (
    1.25e-3  # suits adapters on all layers; with its own default, 2e-5, they hardly learn in three epochs
)


def run(full: bool) -> None:
    folder = model_folder(DEFAULT_MODEL)
    examples = read_jsonl(DATA / "en" / "train.jsonl")
    examples = examples if full else examples[: len(examples) // 10]
    validation = read_jsonl(DATA / "en" / "validation.jsonl")
    print(f"  {len(examples)} examples, {SETTINGS.n_epochs} epochs", flush=True)
    our_seconds, our_loss = ours(folder, examples, validation)
    print(f"  ours: {our_seconds:.0f} s, validation loss {our_loss:.3f}", flush=True)
    trl_seconds, trl_loss = trls(folder, examples, validation)
    print(f"  TRL: {trl_seconds:.0f} s, validation loss {trl_loss:.3f}")
    print(f"  ours takes {our_seconds / trl_seconds:.0%} of TRL's time; its loss is {our_loss / trl_loss - 1:+.1%} off")


def ours(folder, examples: list, validation: list) -> tuple[float, float]:
    """Seconds from weights on disk to the last step, and the loss on the validation examples."""
    started = time.perf_counter()
    training = Training(folder, examples, [], SETTINGS)
    for _ in training.steps():
        pass
    seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as adapter:
        training.save(Path(adapter))
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        model.load_adapter(adapter)
        return seconds, loss_on(model, AutoTokenizer.from_pretrained(folder), validation)


def trls(folder, examples: list, validation: list) -> tuple[float, float]:
    """The same for TRL."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    data = Dataset.from_list([{"prompt": e["messages"][:-1], "completion": e["messages"][-1:]} for e in examples])
    with tempfile.TemporaryDirectory() as output:
        started = time.perf_counter()
        trainer = SFTTrainer(
            str(folder),
            train_dataset=data,
            processing_class=tokenizer,
            args=SFTConfig(
                output_dir=output,
                num_train_epochs=SETTINGS.n_epochs,
                per_device_train_batch_size=SETTINGS.batch_size,
                learning_rate=TRL_LEARNING_RATE,
                seed=SETTINGS.seed,
                use_cpu=True,
                bf16=faster_in_half("cpu"),
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
            ),
            peft_config=LoraConfig(r=SETTINGS.rank, lora_alpha=2 * SETTINGS.rank, target_modules="all-linear"),
        )
        trainer.train()
        return time.perf_counter() - started, loss_on(trainer.model, tokenizer, validation)


@torch.no_grad()
def loss_on(model, tokenizer, examples: list) -> float:
    """Mean cross-entropy per learned token, the plainest way: one example after the other."""
    model.eval()
    total, tokens = 0.0, 0
    for example in examples:
        ids, labels = tokenize_example(tokenizer, example)
        logits = model(input_ids=torch.tensor([ids]).to(model.device)).logits[0, :-1].float().cpu()
        total += torch.nn.functional.cross_entropy(
            logits, torch.tensor(labels[1:]), ignore_index=IGNORE, reduction="sum"
        ).item()
        tokens += sum(label != IGNORE for label in labels[1:])
    return total / tokens
