"""The query parameters that each route takes. Others are refused: a list that a typo left unfiltered misleads."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..protocol.validate import check_once, unknown_parameter

PAGE = ["after", "limit"]
PAIR = "metadata[KEY]"  # how a pair of the metadata is asked for
WITHOUT = "metadata=null"  # what has no metadata
KNOWN = {  # by the path of a GET; all other routes take none
    "/files": [*PAGE, "order", "purpose"],
    "/batches": PAGE,
    "/webhook_endpoints": PAGE,
    "/fine_tuning/jobs": [*PAGE, PAIR, WITHOUT],
    "/chat/completions": [*PAGE, "order", "model", PAIR],
    "/chat/completions/{id}/messages": [*PAGE, "order"],
    "/responses/{id}/input_items": [*PAGE, "order"],
    "/fine_tuning/jobs/{id}/events": PAGE,
    "/fine_tuning/jobs/{id}/checkpoints": PAGE,
    "/fine_tuning/checkpoints/{id}/permissions": [*PAGE, "order", "project_id"],
    "/models/{id:path}/export/{format}": ["type"],
}
ANYWHERE = ("api-version",)  # of Azure's clients


def strict(route: Route) -> Route:
    """The same route, which refuses query parameters that it does not take."""
    known = KNOWN.get(route.path, []) if route.methods and "GET" in route.methods else []
    methods = sorted(route.methods or ())
    return Route(route.path, _checked(route.endpoint, known), methods=methods, name=route.name)


def _checked(endpoint: Callable[[Request], Awaitable[Response]], known: list[str]):
    async def checked(request: Request) -> Response:
        for name, value in request.query_params.items():
            if _form(name, value) not in (*known, *ANYWHERE):
                raise unknown_parameter(name, known)
        check_once(request.query_params)
        return await endpoint(request)

    return checked


def _form(name: str, value: str) -> str:
    """The parameter as KNOWN names it."""
    if name.startswith("metadata[") and name.endswith("]"):
        return PAIR
    return WITHOUT if (name, value) == ("metadata", "null") else name
