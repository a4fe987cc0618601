"""The grader score_model: a model of this server is asked for a number."""

import time
from dataclasses import dataclass

from ..protocol.validate import parse
from .grade import Ask, Case, Grade, Question, Reply
from .on_texts import missing_value
from .placeholders import MissingValue, Placeholder, filled, placeholders_in

NUMBER = {  # a small model would not end OpenAI's list of steps, so the result is all that is asked for
    "type": "object",
    "properties": {"result": {"type": "number"}},
    "required": ["result"],
    "additionalProperties": False,
}
ANSWER_TOKENS = 64


@dataclass(frozen=True)
class ScoreModel:
    """`input` are messages whose contents are templates; rewards are cut to `low` and `high`."""

    name: str
    input: list[dict]
    model: str
    low: float
    high: float
    sampling: dict
    type: str = "score_model"

    def placeholders(self) -> list[Placeholder]:
        return [one for message in self.input for one in placeholders_in(message["content"])]

    def models(self) -> list[str]:
        return [self.model]

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        began = time.perf_counter()
        asked = [self._question(case) for case in cases]
        replies = iter(ask([question for question in asked if isinstance(question, Question)]))
        seconds = (time.perf_counter() - began) / len(cases) if cases else 0.0
        return [one if isinstance(one, Grade) else self._grade(next(replies), seconds) for one in asked]

    def _question(self, case: Case) -> Question | Grade:
        """What the model is asked; a grade where a template names what is not there."""
        namespace = case.namespace()
        try:
            messages = [message | {"content": filled(message["content"], namespace)} for message in self.input]
        except MissingValue as missing:
            return missing_value(missing)
        return Question(self.model, messages, {"max_completion_tokens": ANSWER_TOKENS} | self.sampling, NUMBER)

    def _grade(self, reply: Reply | Exception, seconds: float) -> Grade:
        if isinstance(reply, Exception):
            return Grade(error="model_grader_server_error", details=str(reply), seconds=seconds, model=self.model)
        used = {"model": self.model, "prompt_tokens": reply.prompt_tokens, "completion_tokens": reply.completion_tokens}
        try:
            result = float(parse(reply.text)["result"])
            reward = min(max(result, self.low), self.high)
            if reward != reward:
                raise ValueError("not a number")
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            details = f"The model's answer has no number as its result: {reply.text[:200]!r}."
            return Grade(error="model_grader_parse_error", details=details, seconds=seconds, **used)
        return Grade(reward, seconds=seconds, **used)
