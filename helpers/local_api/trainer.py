"""Train LoRA adapters on an open chat model: the arithmetic of a fine-tuning job.

Only the assistant's tokens are learned, and logits are computed only at positions where
some example of the batch has such a token: with a vocabulary of tens of thousands they
are a large part of a small model's work.
"""

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
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


@dataclass(frozen=True)
class Example:
    """One example, ready to train on: `hidden` is what enters the first layer that learns, (tokens, width)."""

    ids: list[int]
    labels: list[int]
    hidden: torch.Tensor


class Training:
    """One run over `examples` (lists of messages), checked on `validation` after each epoch: `prepare`, then `steps`.

    The lower half of the layers stays as it is. What it makes of an example never changes,
    so it is computed once, and the epochs run through the upper half only.
    """

    def __init__(self, folder: Path, examples: list, validation: list, settings: Settings, device: str = "cpu"):
        self.settings = settings
        tokenizer = AutoTokenizer.from_pretrained(folder)
        self._encoded = [encode(tokenizer, messages) for messages in [*examples, *validation]]
        self._n = len(examples)
        self.tokens = sum(len(ids) for ids, _ in self._encoded[: self._n]) * settings.n_epochs
        self.steps_per_epoch = -(-self._n // settings.batch_size)
        self.total_steps = self.steps_per_epoch * settings.n_epochs
        self._base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device)

    def prepare(self) -> Iterator[None]:
        """Pass all examples through the lower half and put adapters on the upper; yields now and then."""
        ready: dict[int, Example] = {}
        for group in run_lower_half(self._base, self._encoded):
            ready |= group
            yield
        in_order = [ready[i] for i in range(len(self._encoded))]
        self.examples, self.validation = in_order[: self._n], in_order[self._n :]
        torch.manual_seed(self.settings.seed)  # the adapters' first values
        rank = self.settings.rank
        adapters = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=linear_layers(self._base))
        self.model = get_peft_model(self._base, adapters)

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

    def __init__(self, layer: torch.nn.Module, index: int):
        super().__init__()
        self.index = index
        self.attention_type = getattr(layer, "attention_type", None)  # some models look here for the mask

    def forward(self, hidden_states, *_, past_key_values=None, **__):
        if past_key_values is not None:  # the model asks its first layers how much the cache holds
            nothing = hidden_states[:, None, :, :1]
            past_key_values.update(nothing, nothing, self.index)
        return hidden_states


class _Reached(Exception):
    """Carries what enters a layer out of the forward pass, so that nothing above is computed."""


def run_lower_half(model, encoded: list[tuple[list[int], list[int]]]) -> Iterator[dict[int, Example]]:
    """Pass examples of near lengths through the lower half of the layers, some at a time: by their place in `encoded`.

    In the end `Skipped` stands in place of the lower half.
    """
    layers = model.get_decoder().layers
    first = len(layers) // 2

    def stop(_, args, kwargs):
        raise _Reached(args[0] if args else kwargs["hidden_states"])

    hook = layers[first].register_forward_pre_hook(stop, with_kwargs=True)
    by_length = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]))
    for start in range(0, len(encoded), 16):
        chosen = by_length[start : start + 16]
        ids = [encoded[i][0] for i in chosen]
        mask = padded([[1] * len(x) for x in ids], 0)
        try:
            with torch.no_grad():
                model(input_ids=padded(ids, 0).to(model.device), attention_mask=mask.to(model.device), use_cache=False)
        except _Reached as reached:
            rows = reached.args[0].cpu()
        yield {i: Example(*encoded[i], row[: len(encoded[i][0])].clone()) for i, row in zip(chosen, rows)}
    hook.remove()
    for i in range(first):
        layers[i] = Skipped(layers[i], i)


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
    """Mean cross-entropy per learned token of a batch, and the share of tokens guessed right.

    The tokens that all examples of the batch begin with, the system prompt's for instance, pass the model once.
    """
    shared, device = common_start(batch), model.device
    mask = padded([[1] * (len(e.labels) - shared) for e in batch], 0, left=True).to(device)
    labels = padded([e.labels[shared:] for e in batch], IGNORE, left=True).to(device)  # on the left: answers end together
    hidden = pad_sequence([e.hidden[shared:] for e in batch], batch_first=True, padding_side="left").to(device)
    needed = (labels[:, 1:] != IGNORE).any(dim=0).nonzero().squeeze(1)
    start = None
    if shared:
        first = batch[0].hidden[None, :shared].to(device)
        start = model(inputs_embeds=first, use_cache=True, logits_to_keep=1).past_key_values
        start.batch_repeat_interleave(len(batch))
    logits = model(
        inputs_embeds=hidden, attention_mask=torch.cat([mask.new_ones(len(batch), shared), mask], dim=1),
        position_ids=shared + (mask.cumsum(1) - 1).clamp(min=0), past_key_values=start,
        use_cache=bool(shared), logits_to_keep=needed,
    ).logits  # fmt: skip
    targets = labels[:, needed + 1]
    loss = cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORE)
    learned = targets != IGNORE
    accuracy = (logits.argmax(-1) == targets)[learned].float().mean().item()
    return loss, accuracy


def common_start(batch: list[Example]) -> int:
    """How many tokens all examples begin with, at most up to the one before the first learned token."""
    ends = [next(i for i, label in enumerate(e.labels) if label != IGNORE) - 1 for e in batch]
    columns = zip(*(e.ids[:end] for e, end in zip(batch, ends)))
    return sum(1 for _ in itertools.takewhile(lambda column: len(set(column)) == 1, columns))
