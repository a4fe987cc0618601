"""The sampling parameters of a request, checked."""

from dataclasses import dataclass, field

from .errors import ApiError
from .validate import check_range


@dataclass(frozen=True)
class Sampling:
    """How the tokens of an answer are drawn. Ranges and defaults are OpenAI's, but for `max_tokens`."""

    max_tokens: int = 512
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    logit_bias: dict[int, int] = field(default_factory=dict)
    top_logprobs: int | None = None  # None: no logprobs are wanted


def read_sampling(body: dict, vocabulary: int) -> Sampling:
    """The parameters of a chat completion or a response, or an ApiError.

    `vocabulary` is how many tokens the model knows.
    """
    given = lambda name, default: default if body.get(name) is None else body[name]
    limits = [
        name for name in ("max_output_tokens", "max_completion_tokens", "max_tokens") if body.get(name) is not None
    ]
    stop = given("stop", [])
    stop = (stop,) if isinstance(stop, str) else tuple(stop)
    if len(stop) > 4 or "" in stop:
        raise ApiError(400, "Invalid 'stop': expected at most 4 sequences, none of them empty.", param="stop")
    ranges = {
        "temperature": (0, 2),
        "top_p": (0, 1),
        "seed": (-(2**63), 2**63 - 1),
        "frequency_penalty": (-2, 2),
        "presence_penalty": (-2, 2),
    }
    for name, (low, high) in {**ranges, **dict.fromkeys(limits, (1, 1_000_000))}.items():
        check_range(body.get(name), low, high, name)
    return Sampling(
        max_tokens=body[limits[0]] if limits else Sampling.max_tokens,
        temperature=given("temperature", 1.0),
        top_p=given("top_p", 1.0),
        seed=body.get("seed"),
        stop=stop,
        frequency_penalty=given("frequency_penalty", 0.0),
        presence_penalty=given("presence_penalty", 0.0),
        logit_bias=_biases(given("logit_bias", {}), vocabulary),
        top_logprobs=given("top_logprobs", 0) if body.get("logprobs") else None,
    )


def _biases(logit_bias: dict[str, int], vocabulary: int) -> dict[int, int]:
    for token, bias in logit_bias.items():
        if not token.isdecimal() or len(token) > 9 or int(token) >= vocabulary:
            raise ApiError(400, f"Invalid 'logit_bias': {token!r} is not a token of this model.", param="logit_bias")
        check_range(bias, -100, 100, "logit_bias")
    return {int(token): bias for token, bias in logit_bias.items()}
