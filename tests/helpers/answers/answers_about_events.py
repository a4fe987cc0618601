"""Right and wrong answers to the exercises of lesson 4, as readers may give them."""

import math
import statistics

import numpy as np


def measured(saved):
    return [c for c in saved if c["metrics"]["full_valid_loss"] is not None]


def name(checkpoint):
    return checkpoint["fine_tuned_model_checkpoint"]


def loss_and_step(checkpoint):
    return checkpoint["metrics"]["full_valid_loss"], checkpoint["step_number"]


def steps(events):
    return {e["data"]["step"]: e["data"]["train_loss"] for e in events if e["type"] == "metrics"}


RIGHT = {
    "answer_loss": [
        lambda p: sum(-math.log(x) for x in p) / len(p),
        lambda p: -np.log(p).mean(),
        lambda p: statistics.fmean(math.log(1 / x) for x in p),
        lambda p: -math.log(math.prod(p)) / len(p),
        lambda p: -math.log(statistics.geometric_mean(p)),
        lambda p: round(-math.log(math.prod(p)) / len(p), 3),
    ],
    "best_checkpoint": [
        lambda saved: name(min(measured(saved), key=loss_and_step)),
        lambda saved: name(min(measured(saved[::-1]), key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(sorted(measured(saved), key=loss_and_step)[0]),
    ],
    "losses": [
        lambda events: [loss for _, loss in sorted(steps(events).items())],
        lambda events: tuple(steps(events)[n] for n in sorted(steps(events))),
        lambda events: np.array([steps(events)[n] for n in sorted(steps(events))]),
    ],
}


WRONG = {
    "answer_loss": [
        lambda p: sum(-math.log(x) for x in p),
        lambda p: sum(map(math.log, p)) / len(p),
        lambda p: -math.log(sum(p) / len(p)),
        lambda p: sum(-math.log2(x) for x in p) / len(p),
        lambda p: sum(-math.log10(x) for x in p) / len(p),
        lambda p: sum(1 - x for x in p) / len(p),
        lambda p: sum(math.exp(-x) for x in p) / len(p),
        lambda p: -math.log(p[-1]),
        lambda p: -math.log(min(p)),
        lambda p: [-math.log(x) for x in p],
        lambda p: round(sum(-math.log(x) for x in p) / len(p), 1),
        lambda p: -math.log(p),
        lambda p: f"{sum(-math.log(x) for x in p) / len(p):.3f}",
        lambda p: statistics.median(-math.log(x) for x in p),
        lambda p: sum(-math.log1p(x) for x in p) / len(p),
    ],
    "best_checkpoint": [
        lambda saved: name(saved[0]),
        lambda saved: name(saved[-1]),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["train_loss"])),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(min(measured(saved), key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["full_valid_loss"] or 9)),
        lambda saved: min(measured(saved), key=loss_and_step)["step_number"],
    ],
    "losses": [
        lambda events: [e["data"]["train_loss"] for e in events],
        lambda events: [e["data"]["train_loss"] for e in events if e["type"] == "metrics"],
        lambda events: sorted(steps(events).values(), reverse=True),
        lambda events: list(steps(events).values()),
        lambda events: [steps(events)[n] for n in sorted(steps(events), key=str)],
        lambda events: [loss for _, loss in sorted(steps(events).items()) if loss],
        steps,
        lambda events: sorted(steps(events).items()),
    ],
}
