"""The keys and values that a model keeps of the tokens it has read, in a form that a batch can change.

Shapes: keys and values of a layer are (sequences, heads, columns, head size).
"""

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import Cache, DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer


def new_cache(model: PreTrainedModel) -> Cache:
    """An empty cache for a model."""
    return DynamicCache(config=model.config)


def with_cache(model: PreTrainedModel, cache: Cache) -> dict[str, Any]:
    """What a call of the model is given so that it goes on from the cache, and adds what it reads to it."""
    known = inspect.signature(model.forward).parameters
    return {"cache" if "cache" in known else "past_key_values": cache, "use_cache": True}  # before transformers 5.24


def can_change(cache: Cache) -> bool:
    """Whether `changed` and `joined` work: each layer keeps every token. A sliding window does not."""
    return all(type(layer) is DynamicLayer for layer in cache.layers)


def changed(cache: Cache, change: Callable[[torch.Tensor], torch.Tensor]) -> Cache:
    """A new cache with `change(states)` for the keys and for the values of each layer."""
    return _cache_of([(change(keys), change(values)) for keys, values in _states(cache)])


def joined(caches: list[Cache], columns: int) -> Cache:
    """One cache with the sequences of all, filled up to `columns` at the start."""
    wide = lambda states: pad(states, (0, 0, columns - states.shape[2], 0))
    layers = []
    for of_caches in zip(*map(_states, caches), strict=True):
        layers.append(tuple(torch.cat([wide(states) for states in kind]) for kind in zip(*of_caches, strict=True)))
    return _cache_of(layers)


def _states(cache: Cache) -> list[tuple[torch.Tensor, torch.Tensor]]:
    layers: Any = cache.layers  # all are a DynamicLayer
    return [(layer.keys, layer.values) for layer in layers]


def _cache_of(states: list[tuple[torch.Tensor, ...]]) -> Cache:
    cache = Cache(layers=[DynamicLayer() for _ in states])
    for n, (keys, values) in enumerate(states):
        cache.update(keys, values, n)
    return cache
