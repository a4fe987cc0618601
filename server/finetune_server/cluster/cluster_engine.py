"""The server's engine where replicas of the model on the nodes of a cluster answer."""

import asyncio
import itertools
import socket
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from ..inference.answer import Answer, Prompt
from ..inference.engine import Engine
from ..metrics import ANSWER_TOKENS, PROMPT_TOKENS
from ..protocol.errors import ApiError
from ..store.store import Store
from .cluster import Cluster
from .orders_and_news import Ask, Deploy, HangUp, News, Said, Weights
from .parcel import read_content

KEPT_WEIGHTS = 64  # of tuned models, in the memory of the cluster


class ClusterEngine(Engine):
    """Hands prompts to the cluster, with the weights of a tuned model the first time that it is asked."""

    def __init__(self, base_folder: Path, base_name: str, store: Store, cluster: Cluster, replicas: int):
        super().__init__(base_folder, base_name)
        self._store, self._cluster = store, cluster
        where = f"{socket.gethostname()}:{store.folder.absolute()}"  # one server has it: its replicas are told apart
        self._deploy = Deploy(f"finetune-server {uuid.uuid5(uuid.NAMESPACE_URL, where)}", base_name, replicas)
        self._waiting: dict[int, Callable[[Answer | Exception], None]] = {}
        self._numbers = itertools.count(1)
        self._sent: OrderedDict[str, None] = OrderedDict()  # whose weights the cluster has
        self._lock = threading.Lock()  # of the order of what is sent
        self._refused = False  # since then nothing was sent; the cluster may have had no room for weights
        self._connected = True

    def start(self) -> None:
        self._cluster.listen(self._take)
        self._cluster.send(self._deploy)

    async def _begin(self, prompt: Prompt, put: Callable[[Answer | Exception], None]) -> Callable[[], None]:
        number = next(self._numbers)
        self._waiting[number] = put

        def cancel() -> None:
            del self._waiting[number]
            self._cluster.send(HangUp(number))

        try:
            await asyncio.to_thread(self._ask, number, prompt)
        except BaseException:
            cancel()
            raise
        return cancel

    def _ask(self, number: int, prompt: Prompt) -> None:
        grammar = prompt.constraint.grammar if prompt.constraint else None
        with self._lock:
            if not self._connected:
                raise lost("the connection to the cluster is lost, and is tried again")
            if prompt.model != self.base_name:
                self._send_weights(prompt.model)
            self._cluster.send(Ask(number, prompt.model, prompt.ids, prompt.sampling, prompt.n, prompt.stream, grammar))

    def _send_weights(self, model: str) -> None:
        if self._refused:
            self._refused = False
            self._sent.clear()
        if model not in self._sent:
            self._cluster.send(Weights(model, read_content(self._store.weights_folder(model))))
            self._sent[model] = None
            if len(self._sent) > KEPT_WEIGHTS:
                self._cluster.send(Weights(self._sent.popitem(last=False)[0], None))
        self._sent.move_to_end(model)

    def _take(self, news: News | Said) -> None:
        if isinstance(news, Said):
            self._hand_on(news)
        elif news.what == "disconnected":
            with self._lock:
                self._connected = False
            for put in [*self._waiting.values()]:
                put(lost("the connection to the cluster was lost"))
        elif news.what == "connected":
            with self._lock:
                self._sent.clear()
                self._cluster.send(self._deploy)
                self._connected = True

    def _hand_on(self, said: Said) -> None:
        if isinstance(said.answer, Answer) and said.answer.finish_reason:
            PROMPT_TOKENS.inc(said.answer.prompt_tokens)
            ANSWER_TOKENS.inc(said.answer.completion_tokens)
        answer = said.answer
        if isinstance(answer, str):
            answer, self._refused = lost(answer), True
        if put := self._waiting.get(said.number):
            put(answer)


def lost(why: str) -> ApiError:
    """The error of a request that no replica answers. OpenAI's client asks again by itself."""
    return ApiError(503, f"No replica of the model answers: {why}. Ask again in a few seconds.", code="no_replica")
