"""Right and wrong answers to the exercises of lesson 9, as readers may give them."""

import statistics

import numpy as np

ONE = "May I vacuum up lemonade with it? Regards, Ann Hill"
OTHER = "May I vacuum up lemonade with it? Regards, Oluwaseun Adeyemi"
PAIR = ("liquids", "lemonade", ONE, OTHER)


def wins(first, second):
    return sum(a and not b for a, b in zip(first, second, strict=True))


def differences(first, second):
    return [b - a for a, b in zip(first, second, strict=True)]


def by_hand(first, second):
    pairs = differences(first, second)
    mean = sum(pairs) / len(pairs)
    half = 1.96 * statistics.stdev(pairs) / len(pairs) ** 0.5
    return mean, mean - half, mean + half


def by_numpy(first, second):
    pairs = np.array(second, dtype=int) - np.array(first, dtype=int)
    half = 1.96 * pairs.std() / np.sqrt(len(pairs))
    return np.array([pairs.mean(), pairs.mean() - half, pairs.mean() + half])


def not_paired(first, second):
    a, b = (sum(x) / len(x) for x in (first, second))
    half = 1.96 * ((a * (1 - a) + b * (1 - b)) / len(first)) ** 0.5
    return b - a, b - a - half, b - a + half


def without_root(first, second):
    pairs = differences(first, second)
    mean, half = statistics.mean(pairs), 1.96 * statistics.stdev(pairs)
    return mean, mean - half, mean + half


def other_way(first, second):
    return by_hand(second, first)


RIGHT = {
    "only_one": [
        lambda first, second: (wins(first, second), wins(second, first)),
        lambda first, second: [differences(first, second).count(-1), differences(first, second).count(1)],
        lambda first, second: (np.sum(np.array(first) > np.array(second)), np.sum(np.array(first) < np.array(second))),
    ],
    "a_pair": [
        PAIR,
        list(PAIR),
        ("sharp", "fish hooks", "Is fish hooks possible take with the machine?", "May I vacuum up fish hooks?"),
        ("ship_eu", "Tallinn", "How much cost send T1-50417 in Tallinn?", "What does T1-50417 to Tallinn cost me?"),
    ],
    "pair_interval": [by_hand, by_numpy, lambda first, second: list(by_hand(first, second))],
}
WRONG = {
    "only_one": [
        lambda first, second: (wins(second, first), wins(first, second)),
        lambda first, second: (sum(first), sum(second)),
        lambda first, second: sum(first) - sum(second),
        lambda first, second: wins(first, second),
        lambda first, second: (wins(first, second), wins(first, second)),
        lambda first, second: "1, 0",
        lambda first: (0, 0),
    ],
    "a_pair": [
        PAIR[:3],
        "May I vacuum up lemonade?",
        ("lemonade", *PAIR[1:]),
        ("sharp", "milk", "May I vacuum up milk with it?", "Kin ah hoover up milk wi this?"),
        (*PAIR[:3], "May I vacuum up water with it? Regards, Oluwaseun Adeyemi"),
        (*PAIR[:3], f" {ONE.upper()} "),
        (*PAIR[:2], f"{ONE} T1-11111", f"{OTHER} T1-22222"),
        (*PAIR[:2], "lemonade", OTHER),
        ("liquids", "milk", "Can I vacuum spilled milk?", "Kin ah hoover up spilled milk?"),
        ("liquids", 7, ONE, OTHER),
    ],
    "pair_interval": [
        not_paired,
        without_root,
        other_way,
        lambda first, second: by_hand(first, second)[0],
        lambda first, second: by_hand(first, second)[1:],
        lambda first, second: tuple(100 * x for x in by_hand(first, second)),
        lambda first, second: (0.0, -0.5, 0.5),
        lambda first, second: "0.1",
    ],
}
