"""Train LoRA adapters on an open chat model: the arithmetic of a fine-tuning job."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, PeftMixedModel, PeftModel, get_peft_model
from transformers import AutoTokenizer

from ..model.allocator import NowAndThen
from ..model.batching import batches, split_by_tokens
from ..model.load import context_length, load_base, load_to_continue, to_adapt
from ..model.precision import faster_in_half, halve_frozen_matrices, products_in_half
from . import dpo, reinforcement, resume, supervised
from .step import Step

METHODS = {"supervised": supervised, "dpo": dpo, "reinforcement": reinforcement}

BASE_LEARNING_RATE = 1e-3  # a learning_rate_multiplier of 1; LoRA takes larger steps than full training

MAX_TOKENS_AT_ONCE = 1024  # of a batch in one pass: the memory of a backward pass grows with them


@dataclass(frozen=True)
class Settings:
    """Hyperparameters of a training, none of them "auto"."""

    n_epochs: int
    batch_size: int  # examples a step
    learning_rate_multiplier: float  # times BASE_LEARNING_RATE
    seed: int
    rank: int = 16  # of the LoRA adapters; their alpha is twice the rank
    method: str = "supervised"
    beta: float = 0.1  # of dpo: the larger, the closer the model is held to the one it started from
    compute_multiplier: float = 1.0  # of reinforcement: times as many answers to each item
    eval_interval: int = 1  # of reinforcement: steps between two evaluations
    eval_samples: int = 1  # of reinforcement: answers to each item of the validation file


class Training:
    """One run over `examples` (as in a training file of the method).

    It is checked on a sample of `validation` about five times an epoch, and on all of it after each. It starts from
    the adapters in the folder `start`, if there is one, and keeps their rank. `in_half` says whether matrices multiply
    in bfloat16; None measures whether that is faster. Raises BadFile for an example that the model cannot learn from.
    """

    def __init__(
        self,
        folder: Path,
        examples: list,
        validation: list,
        settings: Settings,
        device: str = "cpu",
        start: Path | None = None,
        in_half: bool | None = None,
    ):
        self.settings = settings
        self.method = METHODS[settings.method]
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        context = context_length(folder)
        self.examples = self.method.tokenize_file(self.tokenizer, examples, context, "training_file")
        self.validation = self.method.tokenize_file(self.tokenizer, validation, context, "validation_file")
        self.tokens = sum(example.tokens for example in self.examples) * settings.n_epochs
        self.steps_per_epoch = -(-len(examples) // settings.batch_size)
        self.total_steps = self.steps_per_epoch * settings.n_epochs
        self.step = 0  # how many are done
        self._device, self.in_half = device, faster_in_half(device) if in_half is None else in_half
        self._memory = NowAndThen()
        self.model = self._load(folder, device, start)
        self.optimizer = torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad],
            lr=BASE_LEARNING_RATE * settings.learning_rate_multiplier,
            weight_decay=0.0,
        )
        warmup = max(1, self.total_steps // 20)  # a twentieth of the steps; then the rate falls linearly to 0
        # The first step is counted as 0 and has a rate above 0, unlike in transformers' schedule: it is not wasted.
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda n: min((n + 1) / warmup, (self.total_steps - n) / (self.total_steps - warmup + 1))
        )

    def _load(self, folder: Path, device: str, start: Path | None) -> PeftModel | PeftMixedModel:
        """The model that is trained."""
        self._base = load_base(folder, device)  # held, so that answering and training share its weights
        model = load_to_continue(self._base, start) if start else self._with_new_adapters()
        if self.in_half:
            halve_frozen_matrices(model)
        return model

    def _with_new_adapters(self) -> PeftModel | PeftMixedModel:
        torch.manual_seed(self.settings.seed)  # their first values
        adapters = LoraConfig(r=self.settings.rank, lora_alpha=2 * self.settings.rank, target_modules="all-linear")
        return get_peft_model(to_adapt(self._base), adapters)

    def save(self, folder: Path) -> None:
        """Write the adapters as PEFT does."""
        self.model.save_pretrained(str(folder))

    def save_state(self, path: Path) -> None:
        """Write all that the next step depends on."""
        resume.save_state(self, path)

    def restore(self, state: resume.State) -> bool:
        """Go on from this state; false if it is of another training."""
        if fits := resume.fits(self, state):
            resume.restore(self, state)
        return fits

    def measure_references(self) -> Iterator[None]:
        """Measure by the model as it starts what pairs are compared with, if that is missing; yield after a batch."""
        for batch in dpo.without_reference([*self.examples, *self.validation]):
            self.model.eval()
            with torch.no_grad(), products_in_half(self._device, self.in_half):
                dpo.measure_references(self.model, batch)
            yield

    def steps(self) -> Iterator[Step]:
        """Train from the step after `self.step`, and yield after every step. Stop iterating to stop training."""
        for _ in self.measure_references():
            pass
        validate_every = max(1, self.steps_per_epoch // 5)
        while self.step < self.total_steps:
            epoch, done = divmod(self.step, self.steps_per_epoch)
            for batch in batches(self.examples, self.settings.batch_size, self._rng(f"epoch {epoch}"))[done:]:
                self.step += 1
                torch.manual_seed(self.settings.seed + self.step)  # for models with dropout
                self.model.train()
                measured = self._learn(batch)
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)  # the usual norm for fine-tuning
                self._update()
                last = self.step % self.steps_per_epoch == 0
                sampled = self.step % validate_every == 0 or last
                yield Step(
                    self.step,
                    self.total_steps,
                    sum(example.tokens for example in batch),
                    measured,
                    self._validate(self._sample() if sampled else []),
                    self._validate(range(len(self.validation)) if last else []),
                    epoch_ended=epoch + 1 if last else None,
                )

    def _update(self) -> None:
        """Follow the gradients, and leave none."""
        self.optimizer.step()  # leaves parameters without a gradient as they are
        self.schedule.step()
        self.optimizer.zero_grad()
        self._memory.give_back()  # else holes between what is in use add up over the steps

    def _learn(self, batch: list) -> dict[str, float]:
        """The means of a batch. Gradients are left in the model; large batches pass in parts."""
        return self._means(self._shares(split_by_tokens(batch, MAX_TOKENS_AT_ONCE, lambda example: example.tokens)))

    def _shares(self, parts: list[list]) -> list[tuple[list, float]]:
        """The parts of a batch, each with its share of what the means are taken over."""
        counts = [self.method.count(part) for part in parts]
        return [(part, count / sum(counts)) for part, count in zip(parts, counts, strict=True)]

    def _means(self, parts: list[tuple[list, float]]) -> dict[str, float]:
        """The means over parts with their shares. Gradients are left in the model, unless they are switched off."""
        means = Counter()
        for part, share in parts:
            loss, measures = self._measure(part)
            if torch.is_grad_enabled():
                (loss * share).backward()
            means.update({name: value * share for name, value in measures.items()})
        return dict(means)

    def _measure(self, batch: list) -> tuple[torch.Tensor, dict[str, float]]:
        """The loss of a batch (a scalar), and all its measures."""
        with products_in_half(self._device, self.in_half):
            return self.method.measure(self.model, batch, self.settings)

    def _rng(self, what: str) -> random.Random:
        """Random numbers that follow from the seed and `what` alone, so that a resumed run draws the same."""
        return random.Random(f"{self.settings.seed} {what}")

    def _sample(self) -> list[int]:
        """Indices of some validation examples, other ones at each step."""
        size = min(self.settings.batch_size, len(self.validation))
        return self._rng(f"validation {self.step}").sample(range(len(self.validation)), size)

    @torch.no_grad()
    def _validate(self, which) -> dict[str, float]:
        """The means over these validation examples."""
        self.model.eval()
        return self._means(self._shares(batches([self.validation[i] for i in which], 8, None)))
