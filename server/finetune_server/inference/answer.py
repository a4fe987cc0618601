"""What an engine is given, and what it gives back."""

from dataclasses import dataclass, field

from ..protocol.sampling_params import Sampling
from .grammar import Constraint


@dataclass
class Prompt:
    """Token ids, and how `n` answers to them are drawn. The text of each is held to the `constraint`.

    With `stream` an answer is given after each of its tokens, else once, when it is finished.
    """

    model: str
    ids: list[int]
    sampling: Sampling
    n: int = 1
    stream: bool = False
    constraint: Constraint | None = None


@dataclass
class Answer:
    """One choice, as far as it is generated. `seconds` is the time of its model steps, without waiting."""

    index: int
    prompt_tokens: int
    completion_tokens: int = 0
    text: str = ""
    logprobs: list[dict] = field(default_factory=list)  # of the tokens in `text`, if asked for
    finish_reason: str | None = None
    seconds: float = 0.0
