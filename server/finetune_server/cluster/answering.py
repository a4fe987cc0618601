"""The replicas of the model under Ray Serve, and what they are asked: a part of the process that speaks to Ray."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from typing import Any

import ray  # pyright: ignore[reportMissingImports] (an extra)
from ray import serve  # pyright: ignore[reportMissingImports]
from ray.exceptions import RayError, RayTaskError  # pyright: ignore[reportMissingImports]

from .driver import one_line
from .orders_and_news import Ask, Deploy, HangUp, Resources, Said, Weights
from .parcel import versions
from .replica import Replica

ATTEMPTS = 3  # to have a prompt answered, where a replica is lost before it has said anything
AT_ONCE = 64  # prompts that a replica is given; its engine answers them together, as far as it has room


class Answering:
    """`deploy` and `follow` return at once. Prompts wait until the replicas have started."""

    def __init__(self, send: Callable[[Said], None], model: dict[str, ray.ObjectRef], resources: Resources):
        self._send, self._model, self._resources = send, model, resources
        self._weights: dict[str, ray.ObjectRef | RayError] = {}
        self._asked: dict[int, Future] = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="answers").start()

    def deploy(self, order: Deploy) -> None:
        self._name = order.name
        self._handle = asyncio.run_coroutine_threadsafe(asyncio.to_thread(self._started, order), self._loop)

    def _started(self, order: Deploy) -> Any:
        """Raises RuntimeError if no replica can be started."""
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        serve.start(proxy_location="Disabled")
        self.end()  # those of a server that was killed hold weights that have gone with it
        deployment: Any = serve.deployment(Replica)
        deployment = deployment.options(
            num_replicas=order.replicas,
            max_ongoing_requests=AT_ONCE,
            ray_actor_options={"num_cpus": self._resources.cpus, "num_gpus": self._resources.gpus},
        )
        return serve.run(deployment.bind(order.base_model, self._model, versions()), name=order.name, route_prefix=None)

    def end(self) -> None:
        """End the replicas."""
        serve.delete(self._name)

    def follow(self, order: Weights | Ask | HangUp) -> None:
        match order:
            case Weights(model, None):
                del self._weights[model]
            case Weights(model, files):
                try:
                    self._weights[model] = ray.put(files)
                except RayError as error:
                    self._weights[model] = error  # for who asks the model
            case Ask():
                self._ask(order)
            case HangUp(number) if number in self._asked:
                self._asked[number].cancel()

    def _ask(self, ask: Ask) -> None:
        weights = [self._weights[ask.model]] if ask.model in self._weights else []
        asked = asyncio.run_coroutine_threadsafe(self._answer(ask, weights), self._loop)
        self._asked[ask.number] = asked
        asked.add_done_callback(lambda _: self._asked.pop(ask.number, None))

    async def _answer(self, ask: Ask, weights: list[ray.ObjectRef | RayError]) -> None:
        """Hand on the answers of a replica; of another one if it is lost before it has said anything."""
        said, why = False, ""
        for _ in range(ATTEMPTS):
            try:
                async for answer in self._answers(ask, weights):
                    said = True
                    self._send(Said(ask.number, answer))
                return
            except RayTaskError as error:
                self._send(Said(ask.number, error.cause))
                return
            except Exception as error:  # of many types: Ray's, Serve's, and RuntimeError if no replica can be started
                why = one_line(error)
                if said:
                    break
        self._send(Said(ask.number, f"Ray says: {why}"))

    async def _answers(self, ask: Ask, weights: list[ray.ObjectRef | RayError]) -> AsyncIterator[Any]:
        for refused in weights:
            if isinstance(refused, RayError):
                raise refused
        handle = await asyncio.shield(asyncio.wrap_future(self._handle))  # others wait for it, too
        call = handle.options(stream=True, multiplexed_model_id=ask.model if weights else "")
        answers = call.answer.remote(ask, weights)
        try:
            async for answer in answers:
                yield answer
        except asyncio.CancelledError:
            answers.cancel()  # the replica has better things to do
            raise
