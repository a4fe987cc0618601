"""Lists a page at a time, by the query's `after` and `limit`."""

from collections.abc import Callable

from starlette.requests import Request

from ..protocol.errors import ApiError
from ..protocol.validate import check_range
from ..store.store import NotFound, Store


def page(objects: list[dict], request: Request, default: int = 20) -> dict:
    """One page of a list."""
    after = request.query_params.get("after")
    if after:
        ids = [o["id"] for o in objects]
        if after not in ids:
            raise _not_there(after)
        objects = objects[ids.index(after) + 1 :]
    return _page(objects, _limit(request, default))


def newest_page(store: Store, kind: str, parent: str, request: Request, default: int = 20) -> dict:
    """One page of what belongs to a job, newest first. There may be many thousands, so only the page is read."""
    return found_page(lambda after, limit: store.newest(kind, parent, after, limit), request, default)


def found_page(find: Callable[[str | None, int], list[dict]], request: Request, default: int = 20) -> dict:
    """One page of what `find` finds behind an id, at most so many; it raises NotFound if that id is not there."""
    after, limit = request.query_params.get("after"), _limit(request, default)
    try:
        return _page(find(after, limit + 1), limit)
    except NotFound:
        raise _not_there(after) from None


def order_of(request: Request, default: str) -> str:
    """Whether a list begins with the oldest, "asc", or the newest, "desc"."""
    order = request.query_params.get("order", default)
    if order not in ("asc", "desc"):
        raise ApiError(400, f"Invalid 'order': expected 'asc' or 'desc', got {order!r}.", param="order")
    return order


def wanted_metadata(request: Request) -> dict[str, str]:
    """The pairs of `metadata[KEY]=VALUE` in the query."""
    query = request.query_params.items()
    return {name[9:-1]: value for name, value in query if name.startswith("metadata[") and name.endswith("]")}


def _limit(request: Request, default: int) -> int:
    try:
        limit = int(request.query_params.get("limit", default))
    except ValueError:
        raise ApiError(400, "Invalid 'limit': expected a whole number.", param="limit") from None
    check_range(limit, 0, 10_000, "limit")
    return limit


def _not_there(after: str | None) -> ApiError:
    return ApiError(404, f"No object with the id {after!r} to list after.", param="after")


def _page(objects: list[dict], limit: int) -> dict:
    data = objects[:limit]
    ends = {"first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None}
    return {"object": "list", "data": data, "has_more": len(objects) > limit, **ends}
