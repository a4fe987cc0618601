"""Training by rewards: sample answers, and learn from those that were graded. The grading is done elsewhere."""

from collections.abc import Iterator

import torch

from ..model.batching import batches
from ..model.chat_template import end_of_turn
from ..model.precision import products_in_half
from .reinforcement import ANSWER_TOKENS, Group, Item, parts_of
from .rollouts import Rollouts
from .trainer import Training

ANSWERS = 8  # to each item at a compute_multiplier of 1
FEWEST_ANSWERS = 2  # one alone has no group to be better than
ROWS = 32  # answers that are sampled at once when the validation file is


class RewardTraining(Training):
    """`examples` and `validation` are items. A step is `batch`, `sampled`, then `learn` from the graded groups."""

    @property
    def answers_per_item(self) -> int:
        return max(FEWEST_ANSWERS, round(ANSWERS * self.settings.compute_multiplier))

    def batch(self) -> list[Item]:
        """The items of the step after `self.step`."""
        epoch, done = divmod(self.step, self.steps_per_epoch)
        return batches(self.examples, self.settings.batch_size, self._rng(f"epoch {epoch}"))[done]

    def sampled(self, items: list[Item], n: int, what: str) -> Iterator[list[list[int]] | None]:
        """Sample `n` answers to each item. Yields None after each token, then the answers, those of an item together.

        The draws follow from the seed, the step and `what`.
        """
        self.model.eval()
        seed = self._rng(f"{what} {self.step}").getrandbits(32)
        rollouts = Rollouts(self.model, [item.ids for item in items], n, ANSWER_TOKENS, self._end_ids(), seed)
        while True:
            with products_in_half(self._device, self.in_half):  # not around the yield: others compute meanwhile
                if not rollouts.grow():
                    break
            yield None
        yield rollouts.answers

    def learn(self, groups: list[Group]) -> None:
        """Make one optimizer step. Groups whose answers are all as good teach nothing, and are left out."""
        self.step += 1
        torch.manual_seed(self.settings.seed + self.step)  # for models with dropout
        self.model.train()
        if telling := [part for group in groups if group.advantages.any() for part in parts_of(group)]:
            self._learn(telling)
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._update()

    def _end_ids(self) -> set[int]:
        end = self._base.generation_config.eos_token_id
        return {*(end if isinstance(end, list) else [end]), end_of_turn(self.tokenizer)} - {None}
