"""A replica of the model, as Ray Serve starts it on a node: it answers by the base model and those tuned from it."""

from collections.abc import AsyncIterator
from pathlib import Path

import ray  # pyright: ignore[reportMissingImports] (an extra)
from ray import serve  # pyright: ignore[reportMissingImports]

from ..inference.answer import Answer, Prompt
from ..inference.local_engine import MODELS_IN_MEMORY, LocalEngine
from ..model.device import best_device
from .node import differences
from .orders_and_news import Ask
from .own_folder import own_folder
from .parcel import write_whole


class Replica:
    """Raises RuntimeError where the packages are not the server's; `versions` are those."""

    def __init__(self, base_model: str, model: "dict[str, ray.ObjectRef]", versions: dict[str, str]):
        if here := differences(versions):
            raise RuntimeError(f"A node has {here}: install the same there.")
        self._folder = own_folder()
        base = Path(self._folder.name) / "base model"
        base.mkdir()
        for name, content in model.items():
            (base / name).write_bytes(ray.get(content))
        self._weights: dict[str, ray.ObjectRef] = {}
        self._engine = LocalEngine(base, base_model, self._weights_folder, best_device())
        self._engine.start()

    @serve.multiplexed(max_num_models_per_replica=MODELS_IN_MEMORY)
    async def _load(self, model: str) -> Path:
        """Take in the adapters of a tuned model."""
        folder = self._weights_folder(model)
        if not folder.exists():
            write_whole(folder, await self._weights[model])
        return folder

    async def answer(self, ask: Ask, weights: "list[ray.ObjectRef]") -> AsyncIterator[Answer]:
        """As `Engine.answer`; `weights` is empty for the base model."""
        if weights:
            [self._weights[ask.model]] = weights
            await self._load(ask.model)  # pyright: ignore[reportCallIssue] (the decorator's types are wrong)
        constraint = self._engine.grammars.start(ask.grammar) if ask.grammar else None
        prompt = Prompt(ask.model, ask.ids, ask.sampling, ask.n, ask.stream, constraint)
        async for answer in self._engine.answer(prompt):
            yield answer

    def _weights_folder(self, model: str) -> Path:
        return Path(self._folder.name) / model.replace(":", "_")
