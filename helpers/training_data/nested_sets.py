"""Which sets lie in which others, with few members more: found without comparing each with each.

Prefix filtering (Chaudhuri, Ganti and Kaushik 2006): members are ordered by rarity. If a set lacks at most two members
of another, then its three rarest members are among the five rarest of the other. So a set is compared only with those
that share three rare members with it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

import numpy as np
from scipy.sparse import csr_matrix

MAX_MORE = 2  # members that the larger set may have more
PREFIX = 3 + MAX_MORE
PAIRS_AT_ONCE = 200_000  # compared at once: some 50 MB
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, and without a pattern: two keys are the same by chance only


def nested(sets: Sequence[tuple[int, ...]], max_share: float) -> Iterator[tuple[int, int]]:
    """Positions of two sets of which the larger one, second, has all of the smaller and one or two members more.

    These are at most `max_share`, below one half, of the larger set. No set stands twice in `sets`.
    """
    has = _by_rarity(sets)
    size = np.diff(has.indptr)
    for some, others in _joined(*_keys(has)):
        more = size[others] - size[some]
        fit = (more > 0) & (more <= MAX_MORE) & (more <= max_share * size[others])
        some, others = some[fit], others[fit]
        common = np.asarray(has[some].multiply(has[others]).sum(axis=1)).ravel()
        is_in = common == size[some]
        yield from zip(some[is_in].tolist(), others[is_in].tolist(), strict=True)


def _by_rarity(sets: Sequence[tuple[int, ...]]) -> csr_matrix:
    """A row for each set with a 1 for each member, in the columns of the rarest members first."""
    ends = np.cumsum([0, *map(len, sets)])
    members = np.fromiter(chain.from_iterable(sets), np.int32, ends[-1])
    rank = np.argsort(np.argsort(np.bincount(members), kind="stable")).astype(np.int32)
    has = csr_matrix((np.ones(len(members), np.int8), rank[members], ends), (len(sets), len(rank)))
    has.sort_indices()
    return has


def _keys(has: csr_matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The key of each set as the smaller one, and the sorted keys under which larger ones are found, with the sets."""
    starts, size = np.asarray(has.indptr)[:-1], np.diff(has.indptr)
    rarest = np.zeros((PREFIX, len(size)), np.uint64)  # members from 1 on, 0: no more
    for n in range(PREFIX):
        rarest[n, size > n] = has.indices[starts[size > n] + n] + 1
    small = _key(rarest[:3])
    wanted, keys, owners = np.unique(small), [], []
    for length in (2, 3):  # a set of three has two members of the smaller one
        for columns in combinations(range(PREFIX), length):
            of = np.flatnonzero((size > columns[-1]) & (size == 3 if length == 2 else size > 3))
            found = _key(rarest[list(columns)][:, of])
            is_wanted = np.isin(found, wanted)
            keys.append(found[is_wanted])
            owners.append(of[is_wanted].astype(np.int32))
    large, owned = np.concatenate(keys), np.concatenate(owners)
    by_key = np.lexsort((owned, large))
    return small, large[by_key], owned[by_key]


def _key(members: np.ndarray) -> np.ndarray:
    """A number for each column of members, where the third may be missing."""
    key = np.zeros(members.shape[1], np.uint64)
    for row in members:
        key = key * MIX + row
    return key if len(members) == 3 else key * MIX


def _joined(small: np.ndarray, large: np.ndarray, owners: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Sets of one key, as smaller and as larger ones, some pairs at a time."""
    starts, stops = np.searchsorted(large, small, "left"), np.searchsorted(large, small, "right")
    totals = np.concatenate([[0], np.cumsum(stops - starts)])
    for first in range(0, int(totals[-1]), PAIRS_AT_ONCE):
        numbers = np.arange(first, min(first + PAIRS_AT_ONCE, int(totals[-1])))
        some = np.searchsorted(totals, numbers, "right") - 1
        yield some, owners[starts[some] + numbers - totals[some]]
