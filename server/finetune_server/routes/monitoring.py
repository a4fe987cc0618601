"""Routes for who watches the server: is it well, and what does it do? Neither is OpenAI's."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..store.database import DatabaseError
from ..store.store import Store
from ..store.webhook_outbox import DELIVERY

HEALTH = "/health"
WAITING = ("validating_files", "queued")  # statuses of a job


def routes(store: Store, loaded: Callable[[], bool]) -> list[Route]:
    kept = CollectorRegistry()
    kept.register(StoreCollector(store))

    async def health(request: Request) -> Response:
        status = "ok" if loaded() else "loading"
        try:
            store.execute("SELECT 1")
        except DatabaseError as error:
            status = f"the database cannot be used: {error}"
        return JSONResponse({"status": status}, 200 if status == "ok" else 503)

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(kept) + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route(HEALTH, health), Route("/metrics", metrics)]


class StoreCollector(Collector):
    """What the store holds, counted when it is asked for: it is true after a restart, too."""

    def __init__(self, store: Store):
        self.store = store

    def describe(self) -> list:
        return []  # so that registering it reads nothing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = self.store.all("job")
        yield _by_status("finetune_jobs", "Jobs in the store.", jobs)
        waiting = [job["created_at"] for job in jobs if job["status"] in WAITING]
        oldest = time.time() - min(waiting) if waiting else 0
        yield GaugeMetricFamily("finetune_queue_jobs", "Jobs that wait for their training.", len(waiting))
        yield GaugeMetricFamily("finetune_queue_seconds", "How long the oldest of them has waited.", oldest)
        yield _by_status("finetune_batches", "Batches in the store.", self.store.all("batch"))
        events = len(self.store.all(DELIVERY))
        yield GaugeMetricFamily("finetune_webhook_events", "Events that a webhook has still to be told of.", events)


def _by_status(name: str, help: str, objects: list[dict]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help, labels=["status"])
    for status, number in Counter(one["status"] for one in objects).items():
        family.add_metric([status], number)
    return family
