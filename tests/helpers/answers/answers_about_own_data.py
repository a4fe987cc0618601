"""Right and wrong answers to the exercises of lesson 8, as readers may give them."""

import itertools
import math
import re

import numpy as np


def counted(gain):
    n = 1
    while gain(n).usd < 0:
        n += 1
    return n


def doubled(gain):
    low, high = 0, 1
    while gain(high).usd < 0:
        low, high = high, 2 * high
    while high - low > 1:
        mid = (low + high) // 2
        low, high = (mid, high) if gain(mid).usd < 0 else (low, mid)
    return high


CARD = r"\bMPL[- ]?\d{3}[- ]?\d{4}\b"


def masked(text, card=CARD, flags=re.IGNORECASE):
    return re.sub(card, "[card]", text, flags=flags)


def masked_one_by_one(text):
    while found := re.search(CARD, text, re.IGNORECASE):
        text = text[: found.start()] + "[card]" + text[found.end() :]
    return text


def met(report):
    share, (low, high) = report["wanted share"], report["tuned right"]
    return [
        report["examples"] >= 50,
        report["findings left"] == 0,
        report["search right"][0] < 0.9,
        True if low >= share else False if high < share else None,
        report["may train"],
        report["gain in USD"] >= report["wanted gain in USD"],
    ]


def verdict(report):
    return "no-go" if False in met(report) else "open" if None in met(report) else "go"


def verdict_by_ifs(report):
    for one in met(report):
        if one is not None and not one:
            return "no-go"
    return "go" if all(met(report)) else "open"


RIGHT = {
    "least_a_day": [counted, doubled, lambda gain: next(n for n in itertools.count(1) if gain(n).payback.day)],
    "masked": [masked, masked_one_by_one, lambda text: masked(text, r"(?<!\w)mpl[ -]?[0-9]{3}[ -]?[0-9]{4}(?!\w)")],
    "go_or_not": [verdict, verdict_by_ifs, lambda report: str(np.str_(verdict(report)))],
}


WRONG = {
    "least_a_day": [
        lambda gain: 37,
        lambda gain: counted(gain) - 1,
        lambda gain: counted(gain) + 1,
        lambda gain: gain(counted(gain)).usd,
        lambda gain: 2 ** math.ceil(math.log2(counted(gain))),
        lambda gain: -gain(0).usd / (gain(1).usd - gain(0).usd),
        lambda gain: str(counted(gain)),
        lambda gain: gain.payback,
    ],
    "masked": [
        lambda text: masked(text, flags=re.NOFLAG),
        lambda text: masked(text, r"\d{3}[- ]?\d{4}"),
        lambda text: masked(text, r"MPL[- ]?\d{3}[- ]?\d{4}\b"),
        lambda text: masked(text, r"\bMPL[- ]?\d{3}[- ]?\d{4}"),
        lambda text: masked(text, r"\bMPL-\d{3}-\d{4}\b"),
        lambda text: masked(text, r"\b\w+[- ]?\d{3}[- ]?\d{4}\b"),
        lambda text: text.replace("MPL-204-1187", "[card]"),
        lambda text: masked(text).lower(),
        lambda text: re.sub(CARD, "", text, flags=re.IGNORECASE),
        lambda text: re.findall(CARD, text, flags=re.IGNORECASE),
    ],
    "go_or_not": [
        lambda report: "go",
        lambda report: "go" if all(met(report)) else "no-go",
        lambda report: "open" if None in met(report) else "go" if all(met(report)) else "no-go",
        lambda report: verdict(report | {"tuned right": 2 * (sum(report["tuned right"]) / 2,)}),
        lambda report: verdict(report | {"tuned right": 2 * report["tuned right"][1:]}),
        lambda report: verdict(report | {"search right": 2 * report["search right"][1:]}),
        lambda report: verdict(report | {"examples": report["examples"] - 1}),
        lambda report: verdict(report | {"wanted share": 0.6}),
        lambda report: verdict(report | {"may train": report["may train"] or False}),
        lambda report: verdict(report) == "go",
    ],
}
