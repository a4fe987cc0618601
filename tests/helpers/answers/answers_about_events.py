"""Right and wrong answers to the exercises of lesson 4, as readers may give them."""

import math

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
    "probability": [lambda x: math.exp(-x), lambda x: np.exp(-x), lambda x: math.e**-x],
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
    "probability": [
        lambda x: 1 - x,
        lambda x: math.exp(x),
        lambda x: 2**-x,
        lambda x: 1 / (1 + x),
        lambda x: f"{math.exp(-x):.0%}",
        lambda x: 100 * math.exp(-x),
        lambda x: round(math.exp(-x), 1),
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
