"""Who asks how often: a few tenants much, most of them little."""

import numpy as np

TENANTS = 1000
ZIPF = 1.0  # the n-th most active tenant asks 1/n as often as the first


def popularity(tenants: int = TENANTS, exponent: float = ZIPF) -> np.ndarray:
    """How often each tenant asks: probabilities that fall as Zipf's law says."""
    weights = 1 / np.arange(1, tenants + 1) ** exponent
    return weights / weights.sum()
