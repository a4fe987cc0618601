"""Which projects may use a tuned model or a checkpoint.

At OpenAI only an admin's key may grant this. One machine has one key and one project, so whoever may ask at all is the
admin; the grants are kept and listed, and shut nobody out.
"""

import time

from openai.types.fine_tuning.checkpoints import PermissionCreateParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..protocol.validate import check, check_names, json_body
from ..store.store import NotFound, Store
from .paging import page

KIND = "checkpoint.permission"
ORDERS = ("ascending", "descending")


def routes(store: Store) -> list[Route]:
    async def create(request: Request) -> Response:
        body = await json_body(request)
        check_names(body, PermissionCreateParams.__annotations__, "")
        check(PermissionCreateParams, body)
        if not body["project_ids"]:
            raise ApiError(400, "Invalid 'project_ids': expected at least one project.", param="project_ids")
        model = find_checkpoint(store, request)
        with store.transaction():
            there = {old["project_id"]: old for old in store.all(KIND, model)}
            granted = [there.get(project) or _grant(store, model, project) for project in body["project_ids"]]
        return JSONResponse(page(granted, request, len(granted)))

    async def list_(request: Request) -> Response:
        order, project = request.query_params.get("order", ORDERS[1]), request.query_params.get("project_id")
        if order not in ORDERS:
            raise ApiError(400, f"Invalid 'order': expected one of {', '.join(ORDERS)}, got {order!r}.", param="order")
        granted = [
            one for one in store.all(KIND, find_checkpoint(store, request)) if project in (None, one["project_id"])
        ]
        return JSONResponse(page(granted if order == ORDERS[0] else granted[::-1], request, 10))

    async def delete(request: Request) -> Response:
        model, permission = find_checkpoint(store, request), request.path_params["permission"]
        if permission not in [one["id"] for one in store.all(KIND, model)]:
            message = f"{model} has no permission {permission}: list its permissions to see which there are."
            raise ApiError(404, message, param="permission_id", code="not_found")
        store.delete(KIND, permission)
        return JSONResponse({"id": permission, "object": KIND, "deleted": True})

    path = "/fine_tuning/checkpoints/{id}/permissions"
    return [
        Route(path, create, methods=["POST"]),
        Route(path, list_),
        Route(f"{path}/{{permission}}", delete, methods=["DELETE"]),
    ]


def find_checkpoint(store: Store, request: Request) -> str:
    """The name of the tuned model or checkpoint in the path, or a 404."""
    name = request.path_params["id"]
    try:
        return store.get("model", name)["id"]
    except NotFound:
        message = f"There is no tuned model or checkpoint {name}; its name begins with 'ft:'."
        raise ApiError(404, message, param="fine_tuned_model_checkpoint", code="model_not_found") from None


def _grant(store: Store, model: str, project: str) -> dict:
    grant = {"id": new_id("cp_"), "object": KIND, "created_at": int(time.time()), "project_id": project}
    return store.put(KIND, grant, parent=model)
