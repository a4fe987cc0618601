"""Train LoRA adapters on an open chat model: the arithmetic of a fine-tuning job."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoTokenizer

from .base import load_base
from .batches import Example, batches, within
from .encoding import encode_file
from .frozen_layers import FrozenLayers, layer_of, moved
from .loss import learned_tokens, loss_and_accuracy
from .weights import context_length

BASE_LEARNING_RATE = 1e-3  # a learning_rate_multiplier of 1; LoRA takes larger steps than full training

MOST_TOKENS = 2048  # of a batch that pass the model at once: what a backward pass keeps grows with them


@dataclass(frozen=True)
class Settings:
    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    seed: int
    rank: int = 16


@dataclass(frozen=True)
class Step:
    """What was measured at one optimizer step; validation only where it was done."""

    step: int
    total_steps: int
    train_loss: float
    train_accuracy: float
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    full_valid_loss: float | None = None
    full_valid_accuracy: float | None = None
    epoch_ended: int | None = None


class Training:
    """One run over `examples` (as in a training file), checked on `validation` after each epoch.

    Call `prepare`, then `steps`. The lower half of the layers stays as it is: the epochs run through the upper half.
    """

    def __init__(self, folder: Path, examples: list, validation: list, settings: Settings, device: str = "cpu"):
        self.settings = settings
        tokenizer = AutoTokenizer.from_pretrained(folder)
        context = context_length(folder)
        self._encoded = [
            *encode_file(tokenizer, examples, context, "training_file"),
            *encode_file(tokenizer, validation, context, "validation_file"),
        ]
        self._n = len(examples)
        self.tokens = sum(len(ids) for ids, _ in self._encoded[: self._n]) * settings.n_epochs
        self.steps_per_epoch = -(-self._n // settings.batch_size)
        self.total_steps = self.steps_per_epoch * settings.n_epochs
        self._base = load_base(folder, device)
        self.step = 0  # how many are done

    def prepare(self) -> Iterator[None]:
        """Pass all examples through the frozen layers and put adapters on the others; yields now and then."""
        longest = max((ids for ids, _ in self._encoded), key=len)
        frozen = FrozenLayers(self._base, longest)
        yield
        ready: dict[int, Example] = {}
        for group in frozen.examples(self._encoded):
            ready |= group
            yield
        in_order = [ready[i] for i in range(len(self._encoded))]
        self.examples, self.validation = in_order[: self._n], in_order[self._n :]
        torch.manual_seed(self.settings.seed)  # the adapters' first values
        self.first_layer = frozen.first
        self.model = get_peft_model(frozen.upper, self._adapters(target_modules="all-linear"))
        self.optimizer = torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad],
            lr=BASE_LEARNING_RATE * self.settings.learning_rate_multiplier,
            weight_decay=0.0,
        )
        warmup = max(1, self.total_steps // 20)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda n: min((n + 1) / warmup, (self.total_steps - n) / (self.total_steps - warmup + 1))
        )

    def _adapters(self, **where) -> LoraConfig:
        return LoraConfig(r=self.settings.rank, lora_alpha=2 * self.settings.rank, **where)

    def save(self, folder: Path) -> None:
        """Write the adapters as PEFT does, with the names that they have in the whole model.

        Source of the format: "PEFT checkpoint format" in PEFT's documentation.
        """
        weights = {moved(name, self.first_layer): w for name, w in get_peft_model_state_dict(self.model).items()}
        config = self._adapters(
            target_modules=sorted({name.rpartition(".lora_")[0].rpartition(".")[2] for name in weights}),
            layers_to_transform=sorted({n for name in weights if (n := layer_of(name)) is not None}) or None,
            base_model_name_or_path=self._base.name_or_path,
            inference_mode=True,
        )
        config.save_pretrained(str(folder))
        save_file({name: w.contiguous() for name, w in weights.items()}, folder / "adapter_model.safetensors")

    def steps(self) -> Iterator[Step]:
        """Train from the step after `self.step`; yields after every step. Stop iterating to stop training."""
        validate_every = max(1, self.steps_per_epoch // 5)
        while self.step < self.total_steps:
            epoch, done = divmod(self.step, self.steps_per_epoch)
            for batch in batches(self.examples, self.settings.batch_size, self._chance(f"epoch {epoch}"))[done:]:
                self.step += 1
                torch.manual_seed(self.settings.seed + self.step)  # for models with dropout
                self.model.train()
                loss, correct = self._learn(batch)
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                self.optimizer.step()
                self.schedule.step()
                self.optimizer.zero_grad()
                last = self.step % self.steps_per_epoch == 0
                sampled = self.step % validate_every == 0 or last
                yield Step(
                    self.step,
                    self.total_steps,
                    loss,
                    correct,
                    *self._validate(self._sample() if sampled else []),
                    *self._validate(range(len(self.validation)) if last else []),
                    epoch_ended=epoch + 1 if last else None,
                )

    def _learn(self, batch: list[Example]) -> tuple[float, float]:
        """Mean loss per learned token and accuracy. Gradients are left in the model; large batches pass in parts."""
        tokens, loss, accuracy = learned_tokens(batch), 0.0, 0.0
        for part in within(batch, MOST_TOKENS, lambda example: len(example.labels)):
            share = learned_tokens(part) / tokens
            part_loss, part_accuracy = loss_and_accuracy(self.model, part)
            (part_loss * share).backward()
            loss, accuracy = loss + part_loss.item() * share, accuracy + part_accuracy * share
        return loss, accuracy

    def _chance(self, what: str) -> random.Random:
        """Random numbers that follow from the seed and `what` alone, so that a resumed run draws the same."""
        return random.Random(f"{self.settings.seed} {what}")

    def _sample(self) -> list[int]:
        """Some validation examples, other ones at each step."""
        size = min(self.settings.batch_size, len(self.validation))
        return self._chance(f"validation {self.step}").sample(range(len(self.validation)), size)

    @torch.no_grad()
    def _validate(self, which) -> tuple[float | None, float | None]:
        """Mean loss per learned token and accuracy over these validation examples."""
        chosen = [self.validation[i] for i in which]
        if not chosen:
            return None, None
        self.model.eval()
        loss = hits = tokens = 0.0
        for batch in batches(chosen, 8, None):
            n = learned_tokens(batch)
            batch_loss, accuracy = loss_and_accuracy(self.model, batch)
            loss, hits, tokens = loss + batch_loss.item() * n, hits + accuracy * n, tokens + n
        return loss / tokens, hits / tokens
