"""Train one job by rewards: sample and learn on torch's thread, grade on this one, since a grader may ask a model."""

import time
from typing import TYPE_CHECKING

from ..graders.grade import Grade
from ..model.torch_thread import iterate_on_torch_thread, run_on_torch_thread
from .artifacts import save_best_checkpoint
from .job import AT_WORK
from .judged import Judge, Judged
from .reward_step import RewardStep
from .run_progress import RunProgress

if TYPE_CHECKING:
    from .reinforcement import Item
    from .reward_training import RewardTraining

STARTED = "Mean reward of the model that the job starts from, on the validation file"


class GraderFails(ValueError):
    """The grader could grade no answer of a step."""


class RewardRun:
    """A training by rewards at work."""

    def __init__(self, progress: RunProgress, training: "RewardTraining", judge: Judge):
        self.progress, self.job, self.training, self.judge = progress, progress.job, training, judge

    def measure_start(self) -> None:
        """Say what the model is worth before the first step, unless that was said already."""
        if self.training.step == 0 and not any(e["message"].startswith(STARTED) for e in self._events()):
            judged = self._validated()
            mean = sum(answer.grade.reward for answer in judged) / len(judged)
            self.job.require_status(AT_WORK)
            self.job.log(f"{STARTED}: {mean:.2f}", data={"step": 0, "full_valid_mean_reward": round(mean, 5)})

    def make_steps(self) -> None:
        logged = len(self.job.logged_metrics())
        began, first, total = time.monotonic(), self.training.step, self.training.total_steps
        while self.training.step < total:
            step = self._make_step()
            seconds_left = (time.monotonic() - began) / (step.step - first) * (total - step.step)
            pausing = self.progress.log_step(step, logged, seconds_left)
            if step.valid:
                save_best_checkpoint(self.job, step, self.training)
            self.progress.save_or_pause(pausing)

    def trained_tokens(self) -> int:
        """The tokens of all prompts and answers that were learned from, also before a pause or a crash."""
        used = [data["usage"]["samples"] for data in self.job.logged_metrics()]
        return sum(one["train_prompt_tokens_count"] + one["train_completion_tokens_count"] for one in used)

    def _make_step(self) -> RewardStep:
        began, n = time.monotonic(), self.training.answers_per_item
        items = run_on_torch_thread(self.training.batch)
        judged = self._judged(items, n, "step")
        if all(answer.grade.error not in (None, "sample_parse_error") for answer in judged):
            raise GraderFails(_failure(judged[0].grade, len(judged), self.training.step + 1))
        sampled = time.monotonic()
        run_on_torch_thread(self._learn, items, judged)
        learned = time.monotonic()
        due = self.training.step % self.training.settings.eval_interval == 0
        valid = self._validated() if due or self.training.step == self.training.total_steps else []
        ended = time.monotonic()
        seconds = {"sampling": sampled - began, "training": learned - sampled}
        seconds |= ({"eval": ended - learned} if valid else {}) | {"full_iteration": ended - began}
        prompts = sum(item.tokens for item in items) * n
        step, total = self.training.step, self.training.total_steps
        return RewardStep(step, total, self.judge.grader, judged, valid, prompts, seconds)

    def _learn(self, items: list["Item"], judged: list[Judged]) -> None:
        from .reinforcement import group_of

        n = len(judged) // len(items)
        groups = []
        for k, item in enumerate(items):
            own = judged[k * n : (k + 1) * n]
            groups.append(group_of(item.ids, [one.ids for one in own], [one.grade.reward for one in own]))
        self.training.learn(groups)

    def _validated(self) -> list[Judged]:
        """All items of the validation file, answered and judged."""
        from .reward_training import ROWS

        n, items = self.training.settings.eval_samples, self.training.validation
        size = max(1, ROWS // n)
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        return [one for k, part in enumerate(parts) for one in self._judged(part, n, f"validation part {k}")]

    def _judged(self, items: list["Item"], n: int, what: str) -> list[Judged]:
        [answers] = filter(None, iterate_on_torch_thread(self.training.sampled(items, n, what)))
        return self.judge.judged(items, answers)

    def _events(self) -> list[dict]:
        return self.job.store.all("event", self.job.id)


def _failure(grade: Grade, answers: int, step: int) -> str:
    failed = next((part for part in (grade, *grade.parts.values()) if part.details), grade)
    return (
        f"The grader could grade none of the {answers} answers of step {step} ({failed.error}): try it with "
        f"/fine_tuning/alpha/graders/run, and mend it. It said: {failed.details}"
    )
