"""Responses that are kept: read again, deleted, and continued by `previous_response_id`."""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..store.answers import Answers
from ..store.store import NotFound
from .paging import order_of, page

KIND = "response"
LAST_EVENTS = ("event: response.completed\n", "event: response.incomplete\n")  # they hold the whole response


def routes(answers: Answers) -> list[Route]:
    async def retrieve(request: Request) -> Response:
        return JSONResponse(find_response(answers, request)[0])

    async def delete(request: Request) -> Response:
        response, _ = find_response(answers, request)
        answers.delete(KIND, response["id"])
        return JSONResponse({"id": response["id"], "object": KIND, "deleted": True})

    async def input_items(request: Request) -> Response:
        _, items = find_response(answers, request)
        return JSONResponse(page(items if order_of(request, "desc") == "asc" else items[::-1], request))

    return [
        Route("/responses/{id}", retrieve),
        Route("/responses/{id}", delete, methods=["DELETE"]),
        Route("/responses/{id}/input_items", input_items),
    ]


def find_response(answers: Answers, request: Request) -> tuple[dict, list[dict]]:
    """The kept response that the path names and its own input, or OpenAI's 404."""
    id = request.path_params["id"]
    try:
        return answers.get(KIND, id)
    except NotFound:
        raise ApiError(404, f"Response with id '{id}' not found.", param="response_id", code="not_found") from None


def earlier_items(answers: Answers, id) -> list[dict]:
    """The items up to the response with this id and in it, oldest first; none without an id. Raises ApiError."""
    items: list[dict] = []
    while isinstance(id, str):
        try:
            response, asked = answers.get(KIND, id)
        except NotFound:
            message = f"Previous response with id '{id}' not found: it was not kept, or deleted."
            param, code = "previous_response_id", "previous_response_not_found"
            raise ApiError(400, message, param=param, code=code) from None
        items = [*asked, *response["output"], *items]
        id = response["previous_response_id"]
    return items


def own_items(given) -> list:
    """The input of a request as a list of items."""
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def with_earlier(body: dict, earlier: list[dict]) -> dict:
    """A request whose input begins with earlier items. An input that cannot be read is left as it is."""
    own = own_items(body.get("input"))
    return body | {"input": [*earlier, *own]} if earlier and own and isinstance(own, list) else body


@contextlib.contextmanager
def counted_without(earlier: int) -> Iterator[None]:
    """Renumber the input's items in an ApiError raised within: the request did not hold the `earlier` ones."""

    def shifted(match: re.Match) -> str:
        index = int(match[1]) - earlier
        return f"input[{index}]" if index >= 0 else "previous_response_id"

    try:
        yield
    except ApiError as error:
        message, param = (re.sub(r"input\[(\d+)\]", shifted, text or "") for text in (error.message, error.param))
        raise ApiError(error.status, message, param=param or None, code=error.code) from None


def keep(answers: Answers, response: dict, body: dict) -> None:
    """Keep a response with the request's own input, unless it says `store: false`."""
    if response["store"]:
        answers.add(response, [_kept_item(item) for item in own_items(body["input"])])


def _kept_item(item: dict) -> dict:
    """An item of the input as the API lists it: with an id, and with text as a part."""
    kind, content = item.get("type", "message"), item.get("content")
    item = {"id": new_id("msg_" if kind == "message" else "item_"), "type": kind, "status": "completed"} | item
    if isinstance(content, str):
        said = {"type": "output_text", "text": content, "annotations": []}
        item["content"] = [said if item["role"] == "assistant" else {"type": "input_text", "text": content}]
    return item


async def kept_events(events: AsyncIterator[str], answers: Answers, body: dict) -> AsyncIterator[str]:
    """The same events. Before the last, which holds it, the response is kept; if the stream breaks off, it is not."""
    async for event in events:
        if event.startswith(LAST_EVENTS):
            keep(answers, json.loads(event.partition("data: ")[2])["response"], body)
        yield event
