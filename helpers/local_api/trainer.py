"""Train LoRA adapters on an open chat model: the arithmetic of a fine-tuning job.

Only the assistant's tokens are learned, and logits are computed only at positions where
some example of the batch has such a token: with a vocabulary of tens of thousands they
are the largest part of a small model's work.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE_LEARNING_RATE = 5e-4  # a learning_rate_multiplier of 1; LoRA takes larger steps than full training
IGNORE = -100  # the label of a token that is not learned


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


def encode(tokenizer, messages: list[dict]) -> tuple[list[int], list[int]]:
    """Token ids of an example and its labels: ids where the assistant speaks, else IGNORE."""
    plain = [{"role": m["role"], "content": m["content"]} for m in messages]
    ids: list[int] = []
    labels: list[int] = []
    for i, message in enumerate(messages):
        if message["role"] != "assistant" or not message.get("weight", 1):
            continue
        prompt = tokenizer.apply_chat_template(plain[:i], add_generation_prompt=True, return_dict=False)
        whole = tokenizer.apply_chat_template(plain[: i + 1], return_dict=False)
        labels += [IGNORE] * (len(prompt) - len(ids)) + whole[len(prompt) :]
        ids = whole
    return ids, labels


class Training:
    """One run over `examples` (lists of messages), checked on `validation` after each epoch."""

    def __init__(self, folder: Path, examples: list, validation: list, settings: Settings):
        self.settings = settings
        tokenizer = AutoTokenizer.from_pretrained(folder)
        self.examples = [encode(tokenizer, messages) for messages in examples]
        self.validation = [encode(tokenizer, messages) for messages in validation]
        self.tokens = sum(len(ids) for ids, _ in self.examples) * settings.n_epochs
        self.steps_per_epoch = -(-len(self.examples) // settings.batch_size)
        self.total_steps = self.steps_per_epoch * settings.n_epochs
        torch.manual_seed(settings.seed)  # the adapters' first values
        base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        self.model = get_peft_model(
            base, LoraConfig(r=settings.rank, lora_alpha=2 * settings.rank, target_modules=upper_layers(base))
        )

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)

    def steps(self) -> Iterator[Step]:
        """Train; yields after every step. Stop iterating to stop training."""
        optimizer = torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad],
            lr=BASE_LEARNING_RATE * self.settings.learning_rate_multiplier, weight_decay=0.0,
        )  # fmt: skip
        warmup = max(1, self.total_steps // 20)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda n: min((n + 1) / warmup, (self.total_steps - n) / (self.total_steps - warmup + 1))
        )
        shuffle = random.Random(self.settings.seed)
        validate_every = max(1, self.steps_per_epoch // 5)
        step = 0
        for epoch in range(1, self.settings.n_epochs + 1):
            for batch in batches(self.examples, self.settings.batch_size, shuffle):
                step += 1
                self.model.train()
                loss, correct = loss_and_hits(self.model, batch)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
                last = step == epoch * self.steps_per_epoch
                sampled = step % validate_every == 0 or last
                yield Step(
                    step, self.total_steps, loss.item(), correct,
                    *self._validate(shuffle.sample(range(len(self.validation)), self._sample_size) if sampled else []),
                    *self._validate(range(len(self.validation)) if last else []),
                    epoch_ended=epoch if last else None,
                )  # fmt: skip

    @property
    def _sample_size(self) -> int:
        return min(self.settings.batch_size, len(self.validation))

    @torch.no_grad()
    def _validate(self, which) -> tuple[float | None, float | None]:
        """Mean loss per learned token and accuracy over these validation examples."""
        chosen = [self.validation[i] for i in which]
        if not chosen:
            return None, None
        self.model.eval()
        loss = hits = tokens = 0.0
        for batch in batches(chosen, 8, None):
            n = sum(label != IGNORE for _, labels in batch for label in labels[1:])
            batch_loss, accuracy = loss_and_hits(self.model, batch)
            loss, hits, tokens = loss + batch_loss.item() * n, hits + accuracy * n, tokens + n
        return loss / tokens, hits / tokens


def upper_layers(model) -> list[str]:
    """The linear modules of the upper half of the layers: nothing has to be learned, or traced back, below them."""
    first = model.config.num_hidden_layers // 2
    named = [(name, re.search(r"\.layers\.(\d+)\.", name)) for name, m in model.named_modules() if isinstance(m, torch.nn.Linear)]
    return [name for name, layer in named if layer and int(layer[1]) >= first]


def batches(examples: list, size: int, shuffle: random.Random | None) -> list[list]:
    """Examples in batches of near lengths, so that little is padding; in random order if asked."""
    order = list(examples)
    if shuffle:
        shuffle.shuffle(order)
    window = size * 8
    order = [e for i in range(0, len(order), window) for e in sorted(order[i : i + window], key=lambda e: len(e[0]))]
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    if shuffle:
        shuffle.shuffle(cut)
    return cut


def loss_and_hits(model, batch: list) -> tuple[torch.Tensor, float]:
    """Mean cross-entropy per learned token of a batch, and the share of tokens guessed right."""
    width = max(len(ids) for ids, _ in batch)
    pad = lambda rows, filler: torch.tensor([row + [filler] * (width - len(row)) for row in rows])
    ids = pad([ids for ids, _ in batch], 0)
    mask = pad([[1] * len(ids) for ids, _ in batch], 0)
    labels = pad([labels for _, labels in batch], IGNORE)
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    logits = model(input_ids=ids, attention_mask=mask, logits_to_keep=needed, use_cache=False).logits
    targets = labels[:, needed + 1]
    loss = cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORE)
    learned = targets != IGNORE
    accuracy = (logits.argmax(-1) == targets)[learned].float().mean().item()
    return loss, accuracy
