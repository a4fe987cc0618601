"""A simulation of the adapters that replicas hold: how often one has to be loaded first."""

from collections import OrderedDict

import numpy as np

from .popularity import TENANTS, popularity

REPLICAS, ASKED = 20, 60_000  # that answer, and requests to them
HELD = (2, 5, 10, 20, 50, 100, 200)  # adapters that a replica holds


def misses(held: int, to_its_own: bool, seed: int = 1) -> float:
    """The share of requests whose replica does not hold the adapter; it holds those that were asked for last.

    A request goes to any replica, or to the one that its adapter is given to.
    """
    rng = np.random.default_rng(seed)
    asked = rng.choice(TENANTS, ASKED, p=popularity()).tolist()
    given = rng.permutation(TENANTS) % REPLICAS
    anywhere = rng.integers(REPLICAS, size=ASKED).tolist()
    caches: list[OrderedDict[int, None]] = [OrderedDict() for _ in range(REPLICAS)]
    missed = 0
    for n, (adapter, replica) in enumerate(zip(asked, anywhere, strict=True)):
        cache = caches[given[adapter] if to_its_own else replica]
        if adapter not in cache:
            missed += n >= ASKED // 3  # the first third fills the caches
            if len(cache) >= held:
                cache.popitem(last=False)
        cache[adapter] = None
        cache.move_to_end(adapter)
    return missed / (ASKED - ASKED // 3)
