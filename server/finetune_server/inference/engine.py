"""What answers prompts by a base model and those tuned from it: here, or on a cluster."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from transformers import AutoTokenizer

from ..model.chat_template import check_template_renders, end_of_turn, normalize_messages, render, token_ids
from ..model.load import context_length
from ..protocol.objects import base_in_name
from .answer import Answer, Prompt
from .grammar import Grammars


class ContextExceeded(ValueError):
    """The prompt leaves no room in the model's context."""


class Engine(ABC):
    """Makes prompts of conversations, and answers them."""

    def __init__(self, base_folder: Path, base_name: str):
        self.base_folder, self.base_name = base_folder, base_name
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self.end_of_turn = end_of_turn(self.tokenizer)
        self.context_length = context_length(base_folder)
        self.grammars = Grammars(self.tokenizer, self.end_of_turn)

    @abstractmethod
    def start(self) -> None:
        """Make ready for prompts."""

    @abstractmethod
    async def _begin(self, prompt: Prompt, put: Callable[[Answer | Exception], None]) -> Callable[[], None]:
        """Have a prompt answered. `put` takes each answer, from any thread; what is returned cancels them."""

    def prompt(self, messages: list[dict], template_kwargs: dict) -> list[int]:
        """The token ids of a conversation. Raises ContextExceeded, or ChatTemplateError."""
        normalized = normalize_messages(messages, prompt=True)
        check_template_renders(self.tokenizer, normalized, **template_kwargs)
        ids = token_ids(self.tokenizer, render(self.tokenizer, normalized, prompt=True, **template_kwargs))
        if len(ids) >= self.context_length:
            raise ContextExceeded(f"The prompt has {len(ids)} tokens; the model reads {self.context_length}.")
        return ids

    async def answer(self, prompt: Prompt) -> AsyncIterator[Answer]:
        """Yields the answers as the prompt wants them. Closing cancels them."""
        loop, answers = asyncio.get_running_loop(), asyncio.Queue()
        if base_in_name(prompt.model) == prompt.model:
            prompt.model = self.base_name  # it may be an alias

        def put(answer: Answer | Exception) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the server ends, and nobody waits
                loop.call_soon_threadsafe(answers.put_nowait, answer)

        cancel, left = await self._begin(prompt, put), prompt.n
        try:
            while left:
                answer = await answers.get()
                if isinstance(answer, Exception):
                    raise answer
                left -= bool(answer.finish_reason)
                yield answer
        finally:
            cancel()
