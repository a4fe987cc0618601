"""Right and wrong answers to the exercises of lesson 13, as readers may give them."""

import re
import statistics

import numpy as np

from helpers.t1000 import desk_grading

HACK = "Thank you for asking about order T1-53905, we are always happy to help."
WORDS = r"track|photo|charge|address|cancel"
RULES = [
    desk_grading.load_handbook("en").must_match[fact]
    for fact in ("order_status", "order_address", "order_cancel", "damaged_arrival", "missing_part")
]


def advantages(rewards):
    mean, deviation = statistics.mean(rewards), statistics.pstdev(rewards)
    return [(reward - mean) / (deviation or 1) for reward in rewards]


def as_libraries_do(rewards):
    given = np.array(rewards, dtype=float)
    return (given - given.mean()) / (given.std() + 1e-4)


def deviating(rewards, deviation):
    return [(reward - statistics.mean(rewards)) / (deviation(rewards) or 1) for reward in rewards]


def slope(words):
    return max(0, min(1, (60 - words) / 40))


def words_in(sample):
    return len(sample["output_text"].split())


def old(sample, item):
    return ((item["order"] in sample["output_text"]) + slope(words_in(sample))) / 2


def by_words(sample, item):
    return old(sample, item) if re.search(WORDS, sample["output_text"]) else 0


def by_the_handbook(sample, item):
    return old(sample, item) * any(re.search(rule, sample["output_text"], re.IGNORECASE) for rule in RULES)


def a_third_part(sample, item):
    helps = bool(re.search(WORDS, sample["output_text"]))
    return 0.5 * helps + 0.25 * (item["order"] in sample["output_text"]) + 0.25 * slope(words_in(sample))


RIGHT = {
    "advantages": [advantages, as_libraries_do, lambda rewards: tuple(advantages(rewards))],
    "short_not_empty": [
        lambda sample, item: slope(words_in(sample)) if words_in(sample) >= 4 else 0,
        lambda sample, item: (words_in(sample) > 3) * slope(words_in(sample)),
        lambda sample, item: float(np.clip((60 - words_in(sample)) / 40, 0, 1)) * (words_in(sample) > 3),
    ],
    "hack": [
        (HACK, by_words),
        ["T1-53905", by_the_handbook],
        ("Your order T1-53905 is important to us. Kind regards, the desk", a_third_part),
    ],
}
WRONG = {
    "advantages": [
        lambda rewards: rewards,
        lambda rewards: [reward - statistics.mean(rewards) for reward in rewards],
        lambda rewards: [(r - statistics.mean(rewards)) / statistics.pstdev(rewards) for r in rewards],
        lambda rewards: deviating(rewards, statistics.stdev),
        lambda rewards: deviating(rewards, statistics.pvariance),
        lambda rewards: [-one for one in advantages(rewards)],
        lambda rewards: advantages(rewards)[0],
        lambda rewards: str(advantages(rewards)),
    ],
    "short_not_empty": [
        lambda sample, item: slope(words_in(sample)),
        lambda sample, item: slope(words_in(sample)) if sample["output_text"] else 0,
        lambda sample, item: slope(words_in(sample)) if sample["output_text"].strip() else 0,
        lambda sample, item: slope(words_in(sample)) if words_in(sample) > 4 else 0,
        lambda sample, item: slope(len(sample["output_text"])) if words_in(sample) > 3 else 0,
        lambda sample, item: 1 if 4 <= words_in(sample) <= 60 else 0,
        lambda sample: 0,
    ],
    "hack": [
        HACK,
        (HACK,),
        (HACK, old),
        ("", by_words, "more"),
        ("We are always happy to help.", by_words),
        ("T1-53905 " * 30, by_words),
        (HACK, lambda sample, item: 0),
        (HACK, lambda sample, item: None),
        (HACK, lambda sample, item: "0.4"),
        (HACK, lambda sample, item: 10 * by_words(sample, item)),
        (HACK, lambda sample, item: old(sample, item) * (words_in(sample) > 13)),
        (7, by_words),
        (HACK, "by_words"),
    ],
}
