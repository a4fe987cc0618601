"""How the next token is drawn: what a request may say of it, and the draw."""

from dataclasses import dataclass, field

import torch

from .errors import ApiError, check_range


@dataclass(frozen=True)
class Sampling:
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
    """How to draw tokens: the parameters of chat completions, or those of responses."""
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


def _biases(asked: dict[str, int], vocabulary: int) -> dict[int, int]:
    for token, bias in asked.items():
        if not token.isdecimal() or len(token) > 9 or int(token) >= vocabulary:
            raise ApiError(400, f"Invalid 'logit_bias': {token!r} is no token of this model.", param="logit_bias")
        check_range(bias, -100, 100, "logit_bias")
    return {int(token): bias for token, bias in asked.items()}


def adjusted(logits: torch.Tensor, produced: list[int], sampling: Sampling) -> torch.Tensor:
    """Logits with the request's biases, and with its penalties on tokens that the answer has already."""
    if not (sampling.logit_bias or sampling.frequency_penalty or sampling.presence_penalty):
        return logits
    logits = logits.clone()
    for token, bias in sampling.logit_bias.items():
        logits[token] += bias
    tokens, times = torch.tensor(produced, dtype=torch.long).unique(return_counts=True)
    logits[tokens] -= times * sampling.frequency_penalty + sampling.presence_penalty
    return logits


def pick(logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """The most probable token at temperature 0, else a draw from the `top_p` most probable."""
    if sampling.temperature < 1e-5:  # a smaller one would divide the logits to infinity
        return int(logits.argmax())
    chances, order = torch.softmax(logits / sampling.temperature, -1).sort(descending=True)
    chances[chances.cumsum(0) - chances > sampling.top_p] = 0
    return int(order[torch.multinomial(chances, 1, generator=random)])
