"""Routes of webhooks: who is told when a job or a batch has ended. OpenAI's shapes, in new versions of its package."""

import time
from collections.abc import Collection
from http.client import HTTPException

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.objects import new_id
from ..protocol.validate import check_flag, check_names, json_body
from ..store.store import NotFound, Store
from ..store.webhook_outbox import ENDPOINT, EVENT_TYPES, new_event
from ..webhooks.address import BadAddress, check_address
from ..webhooks.delivery import send
from ..webhooks.signing import hint, new_secret
from .paging import page

NAMES = ("event_types", "name", "url")
KEEP_OLD = "keep_old_secret_active_for_24_hours"
DAY_SECONDS = 24 * 3600
MOST_NAME = 256  # characters
HIDDEN = ("signing_secret", "older_secret")  # the first is shown when it is made, and never again


def routes(store: Store, hosts: Collection[str]) -> list[Route]:
    """Create, list, look at, change, test and delete endpoints, which must be on one of the `hosts`."""

    async def create(request: Request) -> Response:
        body = await _checked_body(request, NAMES)
        check_endpoint(body, NAMES, hosts)
        secret, now = new_secret(), int(time.time())
        made = {"id": new_id("we_"), "object": ENDPOINT, "created_at": now, "updated_at": now}
        made |= {name: body[name] for name in NAMES} | _secrets(secret, None)
        return JSONResponse(_shown(store.put(ENDPOINT, made)) | {"signing_secret": secret})

    async def list_(request: Request) -> Response:
        return JSONResponse(page([_shown(endpoint) for endpoint in store.all(ENDPOINT)], request))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(_shown(find_endpoint(store, request)))

    async def update(request: Request) -> Response:
        body = await _checked_body(request, NAMES)
        endpoint = find_endpoint(store, request)
        check_endpoint(body, [name for name in NAMES if name in body], hosts)
        if any(endpoint[name] != value for name, value in body.items()):
            endpoint = store.change(ENDPOINT, endpoint["id"], **body, updated_at=int(time.time()))
        return JSONResponse(_shown(endpoint))

    async def delete(request: Request) -> Response:
        endpoint = find_endpoint(store, request)
        store.delete(ENDPOINT, endpoint["id"])
        return JSONResponse({"id": endpoint["id"], "object": f"{ENDPOINT}.deleted", "deleted": True})

    async def rotate_secret(request: Request) -> Response:
        body = await _checked_body(request, (KEEP_OLD,)) if await request.body() else {}
        check_flag(body, KEEP_OLD)
        endpoint = find_endpoint(store, request)
        secret, now = new_secret(), int(time.time())
        older = {"secret": endpoint["signing_secret"], "until": now + DAY_SECONDS} if body.get(KEEP_OLD) else None
        endpoint = store.change(ENDPOINT, endpoint["id"], **_secrets(secret, older), updated_at=now)
        return JSONResponse(_shown(endpoint) | {"signing_secret": secret})

    async def test(request: Request) -> Response:
        body = await _checked_body(request, ("event_type",))
        endpoint = find_endpoint(store, request)
        _check_types([body.get("event_type")], "event_type")
        check_endpoint(endpoint, ["url"], hosts)
        try:
            status = await run_in_threadpool(send, endpoint, new_event(body["event_type"], new_id("test_")))
        except (OSError, HTTPException) as error:
            message = f"{endpoint['url']} did not answer ({type(error).__name__}: {error}): is its program running?"
            raise ApiError(400, message, code="webhook_not_reached") from None
        result = {"object": f"{ENDPOINT}.test", "webhook_endpoint_id": endpoint["id"], "success": True}
        return JSONResponse(result | {"event_type": body["event_type"], "status_code": status})

    async def event_types(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": EVENT_TYPES})

    one = "/webhook_endpoints/{id}"
    return [
        Route("/webhook_endpoints", create, methods=["POST"]),
        Route("/webhook_endpoints", list_),
        Route(one, retrieve),
        Route(one, update, methods=["POST"]),
        Route(one, delete, methods=["DELETE"]),
        Route(f"{one}/rotate_secret", rotate_secret, methods=["POST"]),
        Route(f"{one}/test", test, methods=["POST"]),
        Route("/webhook_event_types", event_types),
    ]


def check_endpoint(body: dict, names: Collection[str], hosts: Collection[str]) -> None:
    """Raise an ApiError unless these fields of an endpoint are there and can be what they are."""
    if "event_types" in names:
        types = body.get("event_types")
        if not isinstance(types, list) or not types:
            raise ApiError(400, "Invalid 'event_types': expected a list of at least one.", param="event_types")
        _check_types(types, "event_types")
        if len({*types}) < len(types):
            raise ApiError(400, "Invalid 'event_types': name each type once.", param="event_types")
    for name in ("name", "url"):
        if name in names and not (isinstance(body.get(name), str) and body[name].strip()):
            raise ApiError(400, f"Missing required parameter: '{name}', a text.", param=name)
    if "name" in names and len(body["name"]) > MOST_NAME:
        raise ApiError(400, f"Invalid 'name': at most {MOST_NAME} characters.", param="name")
    if "url" in names:
        try:
            check_address(body["url"], hosts)
        except BadAddress as error:
            raise ApiError(400, f"Invalid 'url': {error}", param="url", code="address_not_allowed") from None


def find_endpoint(store: Store, request: Request) -> dict:
    """The endpoint that the path names, or a 404."""
    try:
        return store.get(ENDPOINT, request.path_params["id"])
    except NotFound:
        message = f"No webhook endpoint found with id {request.path_params['id']}"
        raise ApiError(404, message, param="webhook_endpoint_id", code="not_found") from None


async def _checked_body(request: Request, names: Collection[str]) -> dict:
    body = drop_nulls(await json_body(request))
    check_names(body, names, "")
    return body


def _check_types(types: list, param: str) -> None:
    for event_type in types:
        if event_type not in EVENT_TYPES:
            message = f"Invalid '{param}': this server never tells {event_type!r}, but {', '.join(EVENT_TYPES)}."
            raise ApiError(400, message, param=param)


def _secrets(secret: str, older: dict | None) -> dict:
    return {"signing_secret": secret, "signing_secret_hint": hint(secret), "older_secret": older}


def _shown(endpoint: dict) -> dict:
    return {name: value for name, value in endpoint.items() if name not in HIDDEN}
