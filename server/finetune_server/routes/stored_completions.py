"""Chat completions that clients asked to keep: written when they are answered, listed, changed and deleted."""

import json
from collections.abc import AsyncIterator

from openai.types.chat import CompletionUpdateParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..inference.answer import Answer
from ..protocol.errors import ApiError
from ..protocol.validate import check, check_metadata, check_names, json_body
from ..store.answers import Answers
from ..store.store import NotFound
from .answer_headers import REQUEST_ID
from .paging import found_page, order_of, page, wanted_metadata

KIND = "chat.completion"
ASKED = "temperature top_p presence_penalty frequency_penalty seed tools tool_choice response_format".split()


def routes(answers: Answers) -> list[Route]:
    async def list_(request: Request) -> Response:
        model, metadata, order = request.query_params.get("model"), wanted_metadata(request), order_of(request, "asc")
        find = lambda after, limit: answers.find(KIND, model, metadata, order, after, limit)
        return JSONResponse(found_page(find, request))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(find_completion(answers, request)[0])

    async def update(request: Request) -> Response:
        body = await json_body(request)
        check_names(body, CompletionUpdateParams.__annotations__, "")
        check(CompletionUpdateParams, body)
        check_metadata(body["metadata"])
        find_completion(answers, request)
        return JSONResponse(answers.change(KIND, request.path_params["id"], metadata=body["metadata"] or {}))

    async def delete(request: Request) -> Response:
        completion, _ = find_completion(answers, request)
        answers.delete(KIND, completion["id"])
        return JSONResponse({"id": completion["id"], "object": f"{KIND}.deleted", "deleted": True})

    async def messages(request: Request) -> Response:
        completion, asked = find_completion(answers, request)
        kept = [_kept_message(message, f"{completion['id']}-{n}") for n, message in enumerate(asked)]
        return JSONResponse(page(kept if order_of(request, "asc") == "asc" else kept[::-1], request))

    return [
        Route("/chat/completions", list_),
        Route("/chat/completions/{id}", retrieve),
        Route("/chat/completions/{id}", update, methods=["POST"]),
        Route("/chat/completions/{id}", delete, methods=["DELETE"]),
        Route("/chat/completions/{id}/messages", messages),
    ]


def find_completion(answers: Answers, request: Request) -> tuple[dict, list[dict]]:
    """The kept completion that the path names and its messages, or a 404."""
    try:
        return answers.get(KIND, request.path_params["id"])
    except NotFound:
        message = f"No stored chat completion found with id {request.path_params['id']}"
        raise ApiError(404, message, param="completion_id", code="not_found") from None


def _kept_message(message: dict, id: str) -> dict:
    """A message as the API lists it: its text as one, and in parts if it came so."""
    content = message.get("content")
    parts = content if isinstance(content, list) else None
    text = "".join(part["text"] for part in parts) if parts is not None else content
    return {"refusal": None} | message | {"id": id, "content": text, "content_parts": parts}


def keep(answers: Answers, completion: dict, body: dict) -> None:
    """Keep a completion with what its request asked for."""
    asked = {name: body.get(name) for name in ASKED}
    more = {"request_id": REQUEST_ID.get(), "metadata": body.get("metadata", {}), "input_user": body.get("user")}
    answers.add(completion | asked | more, body["messages"])


async def collecting(growing: AsyncIterator[Answer], finished: list[Answer]) -> AsyncIterator[Answer]:
    """The same answers; finished ones are also put into the list `finished`."""
    async for answer in growing:
        if answer.finish_reason:
            finished.append(answer)
        yield answer


async def kept_stream(
    chunks: AsyncIterator[str], answers: Answers, body: dict, finished: list[Answer], usage
) -> AsyncIterator[str]:
    """The same chunks. Before the last, the completion they make up is kept; if the stream breaks off, it is not."""
    said = []
    async for chunk in chunks:
        if chunk.startswith("data: {"):
            said.append(json.loads(chunk.removeprefix("data: ")))
        elif all("choices" in part for part in said):
            head = {name: said[0][name] for name in said[0].keys() - {"choices", "usage"}}
            whole = {"object": KIND, "choices": joined_choices(said), "usage": usage(finished)}
            keep(answers, head | whole, body)
        yield chunk


def joined_choices(chunks: list[dict]) -> list[dict]:
    """The whole choices, put together from the chunks of a stream."""
    choices = {}
    for part in (part for chunk in chunks for part in chunk["choices"]):
        message = {"role": "assistant", "content": None, "refusal": None}
        new = {"index": part["index"], "message": message, "finish_reason": None, "logprobs": None}
        choice = choices.setdefault(part["index"], new)
        _add_delta(choice["message"], part["delta"])
        if part.get("logprobs"):
            choice["logprobs"] = choice["logprobs"] or {"content": [], "refusal": None}
            choice["logprobs"]["content"] += part["logprobs"]["content"]
        choice["finish_reason"] = part["finish_reason"] or choice["finish_reason"]
    for choice in choices.values():
        if not choice["message"]["content"] and "tool_calls" in choice["message"]:
            choice["message"]["content"] = None
    return [choices[index] for index in sorted(choices)]


def _add_delta(message: dict, delta: dict) -> None:
    if delta.get("content") is not None:
        message["content"] = (message["content"] or "") + delta["content"]
    for call in delta.get("tool_calls") or []:
        calls = message.setdefault("tool_calls", [])
        if call["index"] == len(calls):
            begun = {name: part for name, part in call.items() if name != "index"}
            calls.append(begun | {"function": {"arguments": ""} | call["function"]})
        else:
            calls[call["index"]]["function"]["arguments"] += call["function"].get("arguments") or ""
