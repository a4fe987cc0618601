"""Draw the next token."""

import torch

from ..protocol.sampling_params import Sampling


def adjusted_logits(logits: torch.Tensor, produced: list[int], sampling: Sampling) -> torch.Tensor:
    """Logits with the request's biases, and with its penalties on tokens that the answer already contains."""
    if not (sampling.logit_bias or sampling.frequency_penalty or sampling.presence_penalty):
        return logits
    logits = logits.clone()
    for token, bias in sampling.logit_bias.items():
        logits[token] += bias
    tokens, times = torch.tensor(produced, dtype=torch.long).unique(return_counts=True)
    logits[tokens] -= times * sampling.frequency_penalty + sampling.presence_penalty
    return logits


def draw_token(logits: torch.Tensor, sampling: Sampling, rng: torch.Generator) -> int:
    """The most probable token at temperature 0, else a draw from the `top_p` most probable."""
    if sampling.temperature < 1e-5:  # a smaller one would divide the logits to infinity
        return int(logits.argmax())
    chances, order = torch.softmax(logits / sampling.temperature, -1).sort(descending=True)
    chances[chances.cumsum(0) - chances > sampling.top_p] = 0
    return int(order[torch.multinomial(chances, 1, generator=rng)])
