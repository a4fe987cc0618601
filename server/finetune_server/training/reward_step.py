"""What a step of the method reinforcement measures, under the names of a real job's events and result file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from ..graders.grade import Grade, Grader
from ..graders.multi import Multi
from .judged import Judged

ANY = ("sample_parse_error", "invalid_variable_error", "other_error")
OF_TYPE = {  # more errors that a grader of the type may have
    "python": ("python_grader_server_error", "python_grader_runtime_error"),
    "score_model": ("model_grader_server_error", "model_grader_refusal_error", "model_grader_parse_error"),
}
DURATIONS = {"sampling": "sampling", "training": "training", "eval": "eval", "full_iteration": "total"}


@dataclass(frozen=True)
class RewardStep:
    """The answers of a step, and those to the validation file where it was evaluated. `seconds` by OpenAI's names."""

    step: int
    total_steps: int
    grader: Grader
    train: list[Judged]
    valid: list[Judged]
    prompt_tokens: int  # of the step's items, each counted once for each of its answers
    seconds: dict[str, float]

    @property
    def tokens(self) -> int:
        """Of the prompts and answers that were learned from."""
        return self.prompt_tokens + sum(len(answer.ids) for answer in self.train)

    def metrics(self) -> dict[str, float]:
        """The means, as a checkpoint shows them."""
        measured = {"train_mean_reward": _mean_reward(self.train)}
        if self.valid:
            measured["full_valid_mean_reward"] = _mean_reward(self.valid)
            measured["full_valid_mean_parse_error"] = _share(self.valid, lambda g: g.error == "sample_parse_error")
        measured["mean_unresponsive_rewards"] = _share(self.train, lambda g: g.error is not None)
        measured["completion_tokens_mean"] = _mean(len(answer.ids) for answer in self.train)
        measured["reasoning_tokens_mean"] = 0.0  # the models of this server do not reason
        return measured

    def data(self) -> dict:
        """The data of the step's event."""
        parts = {"train": self.train} | ({"valid": self.valid} if self.valid else {})
        scores = {f"{part}_reward_mean": _mean_reward(judged) for part, judged in parts.items()}
        samples = {
            "train_prompt_tokens_count": self.prompt_tokens,
            "train_completion_tokens_count": sum(len(answer.ids) for answer in self.train),
        }
        return {
            "step": self.step,
            "total_steps": self.total_steps,
            **self.metrics(),
            "scores": {"graders": self._each(parts, _rewards), **scores},
            "errors": {"graders": self._each(parts, _errors)},
            "usage": {"graders": self._each(parts, _tokens, of_model=True), "samples": samples},
            "model_graders_token_usage": self._by_model(),
            "timing": {
                "step": {name: round(value, 3) for name, value in self.seconds.items()},
                "graders": self._each(parts, _latency),
            },
        }

    def message(self) -> str:
        """The words of the step's event, as a real job has them."""
        measured = self.metrics()
        words = f"Step {self.step}/{self.total_steps} , train mean reward={measured['train_mean_reward']:.2f}"
        if self.valid:
            words += f", full validation mean reward={measured['full_valid_mean_reward']:.2f}"
            words += f", full validation mean parse error={measured['full_valid_mean_parse_error']:.2f}"
        return words

    def _graders(self) -> dict[str, Grader]:
        """The grader, or those in a multi grader, by name."""
        return self.grader.graders if isinstance(self.grader, Multi) else {self.grader.name: self.grader}

    def _each(self, parts: dict[str, list[Judged]], measure: Callable, of_model: bool = False) -> list[dict]:
        """An entry for each grader, with what `measure` says of its grades in each part."""
        entries = []
        for name, grader in self._graders().items():
            if of_model and not grader.models():
                continue
            entry: dict = {"name": name, "type": grader.type}
            for part, judged in parts.items():
                grades = [answer.grade.parts.get(name, answer.grade) for answer in judged]
                entry |= {f"{part}_{measured}": value for measured, value in measure(grader, grades).items()}
            entries.append(entry)
        return entries

    def _by_model(self) -> dict[str, dict[str, int]]:
        used: dict[str, dict[str, int]] = {}
        for part, judged in {"train": self.train, "eval": self.valid}.items():
            for answer in judged:
                for grade in answer.grade.parts.values() or [answer.grade]:
                    if grade.model:
                        of_model = used.setdefault(grade.model, {})
                        for kind in ("prompt", "completion"):
                            key = f"{part}_{kind}_tokens"
                            of_model[key] = of_model.get(key, 0) + getattr(grade, f"{kind}_tokens")
        return used


def result_row(data: dict) -> dict:
    """The row of the result file for the data of an event, by column."""
    row = {name: value for name, value in data.items() if isinstance(value, (int, float)) and name != "total_steps"}
    for grader in data["scores"]["graders"]:
        path = f"scores/graders/{grader['type']}/{grader['name']}"
        row |= {f"{path}/{name}": value for name, value in grader.items() if name not in ("name", "type")}
    for grader in data["errors"]["graders"]:
        path = f"errors/graders/{grader['type']}/{grader['name']}/errors"
        row |= {f"{path}/{name}": value for name, value in grader.items() if name not in ("name", "type")}
    seconds = data["timing"]["step"]
    return row | {f"{column}_duration": seconds[name] for name, column in DURATIONS.items() if name in seconds}


def _rewards(grader: Grader, grades: list[Grade]) -> dict:
    return {"reward_mean": _mean(grade.reward for grade in grades)}


def _errors(grader: Grader, grades: list[Grade]) -> dict:
    counts = {name: sum(grade.error == name for grade in grades) for name in (*ANY, *OF_TYPE.get(grader.type, ()))}
    return {f"{name}_mean": round(n / len(grades), 5) for name, n in counts.items()} | {
        f"{name}_count": n for name, n in counts.items()
    }


def _tokens(grader: Grader, grades: list[Grade]) -> dict:
    used = {kind: [getattr(grade, f"{kind}_tokens") for grade in grades] for kind in ("prompt", "completion")}
    return {f"{kind}_tokens_mean": _mean(tokens) for kind, tokens in used.items()} | {
        f"{kind}_tokens_count": sum(tokens) for kind, tokens in used.items()
    }


def _latency(grader: Grader, grades: list[Grade]) -> dict:
    return {"execution_latency_mean": _mean(grade.seconds for grade in grades)}


def _mean_reward(judged: list[Judged]) -> float:
    return _mean(answer.grade.reward for answer in judged)


def _share(judged: list[Judged], holds: Callable[[Grade], bool]) -> float:
    return _mean(float(holds(answer.grade)) for answer in judged)


def _mean(values: Iterable[float]) -> float:
    return round(fmean(values), 5)
