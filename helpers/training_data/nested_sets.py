"""Which sets lie in which others, with few members more: found without comparing each with each.

Prefix filtering (Chaudhuri, Ganti and Kaushik 2006): members are ordered by rarity. If a set lacks at most two members
of another, then its three rarest members are among the five rarest of the other. So a set is compared only with those
that share three rare members with it.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix

MAX_MORE = 2  # members that the larger set may have more
PAIRS_AT_ONCE = 200_000  # compared at once: some 50 MB


def nested(sets: Sequence[tuple[int, ...]], max_share: float) -> Iterator[tuple[int, int]]:
    """Positions of two sets of which the larger one, second, has all of the smaller and one or two members more.

    These are at most `max_share`, below one half, of the larger set. No set stands twice in `sets`.
    """
    count = Counter(member for own in sets for member in own)
    ordered = [tuple(sorted(own, key=lambda member: (count[member], member))) for own in sets]
    ends = np.cumsum([0, *map(len, ordered)])
    members = np.fromiter((member for own in ordered for member in own), np.int64, ends[-1])
    has = csr_matrix((np.ones(len(members), np.int32), members, ends), (len(sets), int(max(members, default=0)) + 1))
    small, keys = _prefixes(ordered)
    for some, others in _joined(small, *keys):
        sizes, larger = ends[some + 1] - ends[some], ends[others + 1] - ends[others]
        more = larger - sizes
        fit = (more > 0) & (more <= MAX_MORE) & (more <= max_share * larger)
        some, others, sizes = some[fit], others[fit], sizes[fit]
        common = np.asarray(has[some].multiply(has[others]).sum(axis=1)).ravel()
        yield from zip(some[common == sizes].tolist(), others[common == sizes].tolist(), strict=True)


def _prefixes(ordered: list[tuple[int, ...]]) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The key of each set as the smaller one, and the sorted keys under which larger ones are found, with the sets."""
    small = np.fromiter((hash(own[:3]) for own in ordered), np.int64, len(ordered))
    keys, owners = array("q"), array("l")
    for n, own in enumerate(ordered):
        found = {hash(some) for some in combinations(own[:5], min(3, len(own) - 1))} if len(own) > 2 else ()
        keys.extend(found)
        owners.extend([n] * len(found))
    large, owned = np.array(keys, np.int64), np.array(owners, np.int64)
    by_key = np.argsort(large, kind="stable")
    return small, (large[by_key], owned[by_key])


def _joined(small: np.ndarray, large: np.ndarray, owners: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Sets of one key, as smaller and as larger ones, some pairs at a time."""
    starts, stops = np.searchsorted(large, small, "left"), np.searchsorted(large, small, "right")
    totals = np.concatenate([[0], np.cumsum(stops - starts)])
    for first in range(0, int(totals[-1]), PAIRS_AT_ONCE):
        numbers = np.arange(first, min(first + PAIRS_AT_ONCE, int(totals[-1])))
        some = np.searchsorted(totals, numbers, "right") - 1
        yield some, owners[starts[some] + numbers - totals[some]]
