"""What a request to OpenAI costs at most, and a budget that holds while lessons ask."""

import json
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import costs, jobs, prices, tokens
from helpers.paths import write_atomic
from helpers.replay.tape import Request

MIN_EXAMPLES = 10  # of a training file
MAX_EPOCHS = 25  # that OpenAI chooses by itself
MAX_ANSWER_TOKENS = 32_768  # where a request sets no limit
READ_TOO = ("tools", "functions", "response_format")  # what a model reads besides the messages


class NotEstimated(ValueError):
    """It is not known what a request costs."""


def usd_at_most(asked: Request, content: Callable[[str], bytes]) -> float:
    """The most that a request can cost in USD; 0 for what is free. `content` gives an uploaded file by its id.

    Raises NotEstimated if that is not known, and costs.NoPrice for a model that has no price.
    """
    body: Any = asked.body
    if asked.method in ("GET", "DELETE") or asked.path == "/files" or asked.path.endswith("/cancel"):
        return 0.0
    if asked.path == "/fine_tuning/jobs" and (body.get("method") or {}).get("type", "supervised") == "supervised":
        return _training(body, content(body["training_file"]))
    if asked.path == "/chat/completions":
        limit = body.get("max_completion_tokens") or body.get("max_tokens") or MAX_ANSWER_TOKENS
        more = {name: body[name] for name in READ_TOO if body.get(name)}
        read = [{"role": "system", "content": json.dumps(more)}] if more else []
        prompt = tokens.billed({"messages": [*body["messages"], *read]}, body["model"])
        tuned = tokens.base_model(body["model"]) != body["model"]
        return costs.answers_usd(prompt, limit * (body.get("n") or 1), _price(body["model"]), tuned=tuned)
    raise NotEstimated(f"It is not known what {asked.method} {asked.path} costs, so it was not sent.")


@cache
def _price(model: str) -> pd.Series:
    """Today's price; kept, as reading the table takes longer than counting a question."""
    return prices.price(model)


def _training(body: dict, content: bytes) -> float:
    epochs = jobs.hyperparameters(body).get("n_epochs", "auto")
    if content.count(b"\n") < MIN_EXAMPLES - 1:
        return 0.0  # the job fails before it trains
    try:
        return costs.estimate(jobs.examples_in(content), body["model"], epochs).usd
    except ValueError:  # what cannot be counted has no more tokens than bytes
        most = MAX_EPOCHS if epochs == "auto" else epochs
        return costs.training_usd(len(content), most, _price(body["model"]))


class Budget:
    """What may be spent, and what was: kept in a file, so that a recording that goes on knows it."""

    def __init__(self, usd: float, path: Path):
        self.usd, self._path, self._lock = usd, path, threading.Lock()
        self.spent = json.loads(path.read_text())["usd"] if path.exists() else 0.0

    def spend(self, usd: float) -> None:
        """Note so much before it is spent; less than 0 gives back. Raises costs.OverBudget, and nothing is noted."""
        with self._lock:
            if usd > 0 and self.spent + usd > self.usd:
                raise costs.OverBudget(
                    f"The next request would bring the recording to about {self.spent + usd:.2f} USD, above your "
                    f"budget of {self.usd:.2f} USD. It was not sent."
                )
            self.spent += usd
            write_atomic(self._path, json.dumps({"usd": self.spent}).encode())
