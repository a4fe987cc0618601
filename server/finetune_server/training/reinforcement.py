"""The method `reinforcement`: of several answers to one input, those that a grader rewards more become likelier.

Source: GRPO, group relative policy optimization (Shao et al. 2024, "DeepSeekMath", arXiv:2402.03300, 4.1): an
answer's advantage is how many standard deviations its reward is above the mean of its group. Each group is learned
from once, right after it was sampled, so the ratio of the paper is 1 and its clipping has nothing to do; the loss is a
mean over tokens (DAPO, Yu et al. 2025, arXiv:2503.14476, 3.3); the KL term is left out.
"""

from typing import TYPE_CHECKING, NamedTuple

import torch

from ..model.batching import IGNORE, Example
from ..model.chat_template import (
    ChatTemplateError,
    check_template_renders,
    normalize_messages,
    render,
    template_kwargs,
    token_ids,
)
from .answer_logprobs import answer_logprobs
from .training_file import bad_file

if TYPE_CHECKING:
    from .trainer import Settings

ANSWER_TOKENS = 128  # the longest answer that is sampled
PART_SIZES = (4, 3, 2)  # of a group of answers, for one pass; the prompt is read in each
SMALLEST_DEVIATION = 1e-4  # is added to the standard deviation of a group, as in TRL


class Item(NamedTuple):
    """A line of the file, and its messages as the tokens of a prompt."""

    ids: list[int]
    line: dict

    @property
    def tokens(self) -> int:
        return len(self.ids)


class Group(NamedTuple):
    """Answers to one input, of which the answer's tokens are learned, and their advantages (answers)."""

    answers: tuple[Example, ...]
    advantages: torch.Tensor

    @property
    def tokens(self) -> int:
        return sum(answer.tokens for answer in self.answers)


def tokenize_file(tokenizer, lines: list[dict], context_length: int, param: str) -> list[Item]:
    """All lines of a file as prompts. Raises BadFile, which names the first that leaves no room for an answer."""
    return [_tokenize(tokenizer, line, context_length, f"Example {n}", param) for n, line in enumerate(lines, 1)]


def _tokenize(tokenizer, line: dict, context_length: int, where: str, param: str) -> Item:
    messages, kwargs = normalize_messages(line["messages"], prompt=True), template_kwargs(line)
    try:
        check_template_renders(tokenizer, messages, **kwargs)
    except ChatTemplateError as error:
        place = where if error.message is None else f"{where}, message {error.message + 1}"
        raise bad_file(param, f"{place}: {error}") from None
    ids = token_ids(tokenizer, render(tokenizer, messages, prompt=True, **kwargs))
    if len(ids) + ANSWER_TOKENS > context_length:
        room = f"and the model reads {context_length}, {ANSWER_TOKENS} for the answer included: shorten it"
        raise bad_file(param, f"{where} has {len(ids)} tokens, {room}")
    return Item(ids, line)


def group_of(prompt: list[int], answers: list[list[int]], rewards: list[float]) -> Group:
    """A group of sampled answers (token ids) with their rewards."""
    examples = tuple(Example(prompt + answer, [IGNORE] * len(prompt) + answer) for answer in answers)
    given = torch.tensor(rewards, dtype=torch.float64)
    advantages = (given - given.mean()) / (given.std(unbiased=False) + SMALLEST_DEVIATION)
    return Group(examples, advantages.float())


def parts_of(group: Group) -> list[Group]:
    """The group in parts of equal size, whose gradients add up to its own with less memory each."""
    n = next((n for n in PART_SIZES if len(group.answers) % n == 0), len(group.answers))
    return [Group(group.answers[i : i + n], group.advantages[i : i + n]) for i in range(0, len(group.answers), n)]


def count(groups: list[Group]) -> int:
    """What the means of a batch are taken over: the tokens of its answers."""
    return sum(label != IGNORE for group in groups for answer in group.answers for label in answer.labels)


def measure(model, groups: list[Group], settings: "Settings") -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch (a scalar): minus the log-probabilities of its tokens, each times its answer's advantage."""
    advantages = torch.stack([group.advantages for group in groups]).to(model.device)
    logprobs = answer_logprobs(model, [group.answers for group in groups])
    loss = -(advantages * logprobs).sum() / count(groups)
    return loss, {"loss": loss.item()}
