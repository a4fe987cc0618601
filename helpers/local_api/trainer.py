"""Train LoRA adapters on an open chat model: the arithmetic of a fine-tuning job.

Only the assistant's tokens are learned, and logits are computed only at positions where
some example of the batch has such a token: with a vocabulary of tens of thousands they
are a large part of a small model's work.
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

from .messages import NotShown, check_shown, plain, render, template_settings, token_ids
from .training_file import bad_file
from .weights import context_length

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


def encode(tokenizer, example: dict) -> tuple[list[int], list[int]]:
    """Token ids of an example and its labels: ids where the assistant speaks, else IGNORE.

    Raises NotShown if the model's chat template cannot show the example as it is.
    """
    shown, said = plain(example["messages"]), template_settings(example)
    check_shown(tokenizer, shown, **said)
    whole, learned = "", []
    for i, message in enumerate(example["messages"]):
        if message["role"] != "assistant" or not message.get("weight", 1):
            continue
        if i == 0:
            raise NotShown(0, "there is nothing it answers to; give it the weight 0")
        prompt = render(tokenizer, shown[:i], prompt=True, **said)
        before, whole = whole, render(tokenizer, shown[: i + 1], **said)
        if not (prompt.startswith(before) and whole.startswith(prompt)):
            raise NotShown(i, "the model's chat template changes what stands before it; "
                              "learn one message an example, the others with the weight 0")  # fmt: skip
        learned.append((len(token_ids(tokenizer, prompt)), len(token_ids(tokenizer, whole))))
    ids = token_ids(tokenizer, whole)
    labels = [IGNORE] * len(ids)
    for start, end in learned:
        labels[start:end] = ids[start:end]
    return ids, labels


def encode_file(tokenizer, examples: list[dict], context: int, param: str) -> list[tuple[list[int], list[int]]]:
    """All examples of a file, encoded. Raises BadFile that names the first one the model cannot learn from."""
    encoded = []
    for n, example in enumerate(examples, 1):
        try:
            ids, labels = encode(tokenizer, example)
        except NotShown as error:
            place = f"Example {n}" if error.message is None else f"Example {n}, message {error.message + 1}"
            raise bad_file(param, f"{place}: {error}") from None
        if len(ids) > context:
            raise bad_file(param, f"Example {n} has {len(ids)} tokens, and the model reads {context}")
        encoded.append((ids, labels))
    return encoded


@dataclass(frozen=True)
class Example:
    """One example, ready to train on: `hidden` is what enters the first layer that learns, (tokens, width)."""

    hidden: torch.Tensor
    labels: list[int]


class Training:
    """One run over `examples` (as in a training file), checked on `validation` after each epoch.

    The lower half of the layers stays as it is. What it makes of an example never changes,
    so it is computed once, and the epochs run through the upper half only.
    """

    def __init__(self, folder: Path, examples: list, validation: list, settings: Settings):
        self.settings = settings
        tokenizer = AutoTokenizer.from_pretrained(folder)
        context = context_length(folder)
        encoded = [*encode_file(tokenizer, examples, context, "training_file"),
                   *encode_file(tokenizer, validation, context, "validation_file")]  # fmt: skip
        self.tokens = sum(len(ids) for ids, _ in encoded[: len(examples)]) * settings.n_epochs
        self.steps_per_epoch = -(-len(examples) // settings.batch_size)
        self.total_steps = self.steps_per_epoch * settings.n_epochs
        base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        ready = run_lower_half(base, encoded)
        self.examples, self.validation = ready[: len(examples)], ready[len(examples) :]
        torch.manual_seed(settings.seed)  # the adapters' first values
        self.model = get_peft_model(
            base, LoraConfig(r=settings.rank, lora_alpha=2 * settings.rank, target_modules=linear_layers(base))
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
            n = sum(label != IGNORE for e in batch for label in e.labels[1:])
            batch_loss, accuracy = loss_and_hits(self.model, batch)
            loss, hits, tokens = loss + batch_loss.item() * n, hits + accuracy * n, tokens + n
        return loss / tokens, hits / tokens


def linear_layers(model) -> str:
    """A regular expression of the names of all linear layers but the last, which turns hidden states into logits.

    Not a list: PEFT shortens a long one to the ends of the names, which then fit the skipped layers too.
    """
    last = model.get_output_embeddings()
    names = [name for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear) and layer is not last]
    return "|".join(map(re.escape, names))


class Skipped(torch.nn.Module):
    """Stands where a frozen layer was. What enters it has passed that layer already."""

    def __init__(self, layer: torch.nn.Module):
        super().__init__()
        self.attention_type = getattr(layer, "attention_type", None)  # some models look here for the mask

    def forward(self, hidden_states, *_, **__):
        return hidden_states


class _Reached(Exception):
    """Carries what enters a layer out of the forward pass, so that nothing above is computed."""


@torch.no_grad()
def run_lower_half(model, encoded: list[tuple[list[int], list[int]]]) -> list[Example]:
    """Pass all examples through the lower half of the layers, then put `Skipped` in its place."""
    layers = model.get_decoder().layers
    first = len(layers) // 2

    def stop(_, args, kwargs):
        raise _Reached(args[0] if args else kwargs["hidden_states"])

    hook = layers[first].register_forward_pre_hook(stop, with_kwargs=True)
    ready: dict[int, Example] = {}
    by_length = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]))
    for start in range(0, len(encoded), 16):
        chosen = by_length[start : start + 16]
        ids = [encoded[i][0] for i in chosen]
        try:
            model(input_ids=padded(ids, 0), attention_mask=padded([[1] * len(x) for x in ids], 0), use_cache=False)
        except _Reached as reached:
            for i, row in zip(chosen, reached.args[0]):
                ready[i] = Example(row[: len(encoded[i][0])].clone(), encoded[i][1])
    hook.remove()
    for i in range(first):
        layers[i] = Skipped(layers[i])
    return [ready[i] for i in range(len(encoded))]


def padded(rows: list[list[int]], filler: int, left: bool = False) -> torch.Tensor:
    width = max(map(len, rows))
    fillers = ([filler] * (width - len(row)) for row in rows)
    return torch.tensor([fill + row if left else row + fill for row, fill in zip(rows, fillers)])


def batches(examples: list[Example], size: int, shuffle: random.Random | None) -> list[list[Example]]:
    """Examples in batches of near lengths, so that little is padding; in random order if asked."""
    order = list(examples)
    if shuffle:
        shuffle.shuffle(order)
    window = size * 8
    length = lambda example: len(example.labels)
    order = [e for i in range(0, len(order), window) for e in sorted(order[i : i + window], key=length)]
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    if shuffle:
        shuffle.shuffle(cut)
    return cut


def loss_and_hits(model, batch: list[Example]) -> tuple[torch.Tensor, float]:
    """Mean cross-entropy per learned token of a batch, and the share of tokens guessed right."""
    hidden = torch.nn.utils.rnn.pad_sequence([e.hidden for e in batch], batch_first=True, padding_side="left")
    mask = padded([[1] * len(e.labels) for e in batch], 0, left=True)
    labels = padded([e.labels for e in batch], IGNORE, left=True)  # on the left, so that the answers end together
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    logits = model(
        inputs_embeds=hidden, attention_mask=mask, position_ids=(mask.cumsum(1) - 1).clamp(min=0),
        logits_to_keep=needed, use_cache=False,
    ).logits  # fmt: skip
    targets = labels[:, needed + 1]
    loss = cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORE)
    learned = targets != IGNORE
    accuracy = (logits.argmax(-1) == targets)[learned].float().mean().item()
    return loss, accuracy
