"""Events that webhooks are to be told of: kept together with the change that they tell, and sent afterwards."""

import time

from ..protocol.objects import new_id
from .store import Store

ENDPOINT, DELIVERY = "webhook_endpoint", "webhook_delivery"
EVENT_TYPES = (
    *(f"batch.{status}" for status in ("completed", "failed", "expired", "cancelled")),
    *(f"fine_tuning.job.{status}" for status in ("succeeded", "failed", "cancelled")),
)


def announce(store: Store, event_type: str, id: str) -> None:
    """Note for each endpoint that wants it that this has happened to the object with this id."""
    with store.transaction():
        event = new_event(event_type, id)
        for endpoint in store.all(ENDPOINT):
            if event_type in endpoint["event_types"]:
                delivery = {"endpoint": endpoint["id"], "event": event, "failures": 0, "due": event["created_at"]}
                store.put(DELIVERY, {"id": new_id("delivery_"), **delivery})


def new_event(event_type: str, id: str) -> dict:
    """An event as OpenAI's webhooks tell it."""
    now = int(time.time())
    return {"id": new_id("evt_"), "object": "event", "created_at": now, "type": event_type, "data": {"id": id}}
