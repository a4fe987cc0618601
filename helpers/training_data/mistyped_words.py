"""Which words are the same but for one typing error."""

from array import array
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

MIN_LETTERS = 5  # of a word that lacks a letter or has a wrong one: shorter ones are other words too often
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm")
NEIGHBOURS = frozenset(pair for row in KEYBOARD for a, b in pairwise(row) for pair in (a + b, b + a))
VOWELS = frozenset("aeiouy")


def is_mistyped(one: str, other: str) -> bool:
    """Whether two words differ by one typing error: a letter too many, two exchanged, or a key beside the right one."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1 or len(one) < 3 or not (one.isalpha() and other.isalpha()):
        return False
    n = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return n > 0 and len(other) >= MIN_LETTERS and one[n:] == other[n + 1 :]
    if one[n : n + 2] == other[n : n + 2][::-1]:
        return one[n + 2 :] == other[n + 2 :]
    wrong = one[n] + other[n]
    is_slip = wrong in NEIGHBOURS or (VOWELS.issuperset(wrong) and len(one) > MIN_LETTERS)
    return n > 0 and len(one) >= MIN_LETTERS and is_slip and one[n + 1 :] == other[n + 1 :]


def mistyped_groups(words: Sequence[str]) -> list[int]:
    """A number for each word, the same for words that typing errors connect.

    Two words with one error between them are equal where one letter is left out of each (Garbe's SymSpell, 2012).
    """
    keys, owners = array("q"), array("l")
    for number, word in enumerate(words):
        if word.isalpha():
            found = {hash(word), *(hash(word[:n] + word[n + 1 :]) for n in range(len(word)))}
            keys.extend(found)
            owners.extend([number] * len(found))
    order = np.argsort(shortened := np.array(keys, np.int64), kind="stable")
    sharing = np.array(owners, np.int64)[order]
    ends = np.flatnonzero(np.diff(shortened[order], append=-1)) + 1
    alike = (sharing[start:end].tolist() for start, end in pairwise([0, *ends.tolist()]) if end - start > 1)
    pairs = [(a, b) for some in alike for a, b in combinations(some, 2) if is_mistyped(words[a], words[b])]
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(pairs)), edges), shape=(len(words), len(words)))
    return connected_components(graph, directed=False)[1].tolist() if words else []
