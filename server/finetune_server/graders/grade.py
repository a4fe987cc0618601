"""What is graded, and what comes of it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..protocol.validate import parse
from .placeholders import Placeholder

ERRORS = (  # OpenAI's names
    "formula_parse_error",
    "sample_parse_error",
    "truncated_observation_error",
    "unresponsive_reward_error",
    "invalid_variable_error",
    "other_error",
    "python_grader_server_error",
    "python_grader_runtime_error",
    "model_grader_server_error",
    "model_grader_refusal_error",
    "model_grader_parse_error",
)


@dataclass(frozen=True)
class Case:
    """An answer, and the line of the file that it answers. `calls` are its tool calls in OpenAI's form."""

    text: str
    item: dict
    calls: list[dict] = field(default_factory=list)

    def namespace(self) -> dict[str, Any]:
        """What templates and programs see, by OpenAI's names. `output_json` is missing if the text is not JSON."""
        message = {"role": "assistant", "content": self.text} | ({"tool_calls": self.calls} if self.calls else {})
        sample: dict[str, Any] = {
            "output_text": self.text,
            "output_tools": self.calls,
            "choices": [{"message": message}],
        }
        with contextlib.suppress(ValueError, RecursionError):
            sample["output_json"] = parse(self.text)
        return {"item": self.item, "sample": sample}


@dataclass(frozen=True)
class Grade:
    """The reward of one answer. `error`, one of ERRORS, ended its grading with 0; `details` says why.

    `parts` are the grades of the graders in a multi grader. `model` and the numbers of tokens are of a grading model.
    """

    reward: float = 0.0
    error: str | None = None
    details: str | None = None
    seconds: float = 0.0
    parts: dict[str, "Grade"] = field(default_factory=dict)
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Question:
    """What a grading model is asked. `schema` is the JSON schema that its answer is held to."""

    model: str
    messages: list[dict]
    sampling: dict  # in the names of a chat completion
    schema: dict


@dataclass(frozen=True)
class Reply:
    text: str
    prompt_tokens: int
    completion_tokens: int


Ask = Callable[[list[Question]], list[Reply | Exception]]  # asks models of this server, all at once


class Grader(Protocol):
    """What gives rewards; `name` and `type` are as in the request."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str: ...

    def placeholders(self) -> list[Placeholder]:
        """All that its templates name."""
        ...

    def models(self) -> list[str]:
        """The models that it asks."""
        ...

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        """The grades of all cases, in order. Whatever goes wrong with one is in its grade."""
        ...
