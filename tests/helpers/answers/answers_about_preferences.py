"""Right and wrong answers to the exercises of lesson 12, as readers may give them."""

import math

import numpy as np


def margin(before, after, beta):
    chosen, rejected = (beta * (b - a) for a, b in zip(before, after, strict=True))
    return chosen, rejected, chosen - rejected


def by_numpy(before, after, beta):
    rewards = beta * (np.array(after) - np.array(before))
    return np.append(rewards, rewards[0] - rewards[1])


def in_form(pair):
    sides = [pair.get(side) for side in ("preferred_output", "non_preferred_output")]
    asked = pair.get("input", {}).get("messages")
    if not asked or asked[-1]["role"] == "assistant" or not all(sides) or any(len(side) != 1 for side in sides):
        return False
    (one,), (other,) = sides
    return one["role"] == other["role"] == "assistant" and one["content"].strip() != other["content"].strip()


def in_form_by_trying(pair):
    try:
        [one], [other] = pair["preferred_output"], pair["non_preferred_output"]
        roles = (pair["input"]["messages"][-1]["role"] == "user", one["role"], other["role"])
    except (KeyError, ValueError, IndexError):
        return False
    return roles == (True, "assistant", "assistant") and one["content"].split() != other["content"].split()


def sides_of(pair):
    return [pair.get("preferred_output") or [{}], pair.get("non_preferred_output") or [{}]]


def stable(margin):
    return math.log1p(math.exp(-margin)) if margin > 0 else -margin + math.log1p(math.exp(margin))


def mean_loss(pairs, beta, loss=stable):
    return sum(loss(margin(before, after, beta)[2]) for before, after in pairs) / len(pairs)


def loss_by_numpy(pairs, beta):
    (cb, rb), (ca, ra) = np.array(pairs, dtype=float).transpose(1, 2, 0)
    return np.logaddexp(0, -beta * ((ca - cb) - (ra - rb))).mean()


RIGHT = {
    "reward_margin": [margin, by_numpy, lambda before, after, beta: list(margin(before, after, beta))],
    "in_form": [in_form, in_form_by_trying, lambda pair: np.bool_(in_form(pair))],
    "dpo_loss": [
        mean_loss,
        loss_by_numpy,
        lambda pairs, beta: mean_loss(pairs, beta, lambda m: math.log1p(math.exp(-abs(m))) + max(0, -m)),
    ],
}
WRONG = {
    "reward_margin": [
        lambda before, after, beta: margin(before, after, 1),
        lambda before, after, beta: margin(after, before, beta),
        lambda before, after, beta: margin(before, after, beta)[2],
        lambda before, after, beta: (*margin(before, after, beta)[1::-1], margin(before, after, beta)[2]),
        lambda before, after, beta: (beta * after[0], beta * after[1], beta * (after[0] - after[1])),
        lambda before, after, beta: (*margin(before, after, beta)[:2], -margin(before, after, beta)[2]),
        lambda before, after, beta: "1.5",
    ],
    "in_form": [
        lambda pair: True,
        lambda pair: False,
        lambda pair: "preferred_output" in pair and "non_preferred_output" in pair,
        lambda pair: pair["preferred_output"] != pair["non_preferred_output"],
        lambda pair: sides_of(pair)[0][0].get("content") != sides_of(pair)[1][0].get("content"),
        lambda pair: all(side[0].get("role") == "assistant" for side in sides_of(pair)),
        lambda pair: "True",
    ],
    "dpo_loss": [
        lambda pairs, beta: mean_loss(pairs, beta, lambda m: -math.log(1 / (1 + math.exp(-m)))),
        lambda pairs, beta: mean_loss(pairs, 1),
        lambda pairs, beta: len(pairs) * mean_loss(pairs, beta),
        lambda pairs, beta: stable(sum(margin(before, after, beta)[2] for before, after in pairs) / len(pairs)),
        lambda pairs, beta: -mean_loss(pairs, beta),
        lambda pairs, beta: mean_loss(pairs, beta, lambda m: -m),
        lambda pairs, beta: mean_loss(pairs, -beta),
    ],
}
