"""The slow part of the start: torch, transformers and the tokenizer are loaded while the server answers already."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Later:
    """An application that is built in a thread. Requests wait until it is built, or raise what building it raised."""

    def __init__(self, make: Callable):
        self.made = ThreadPoolExecutor(1, "loading").submit(make)

    @property
    def ready(self) -> bool:
        return self.made.done() and not self.made.exception()

    async def __call__(self, scope, receive, send):
        app = await asyncio.wrap_future(self.made)
        await app(scope, receive, send)


def best_device() -> str:
    """The device torch can use here: "cuda" (NVIDIA, AMD), "mps" (Apple), or "cpu"."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
