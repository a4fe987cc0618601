"""The route of chat completions."""

import json
import time
from collections.abc import Iterable, Iterator

from openai.types import chat
from openai.types.chat import ChatCompletionMessageParam
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .catalog import check_model
from .errors import ApiError, check, check_range, json_body
from .generate import Answer, Models, Sampling, TooLong
from .store import Store, new_id

TAKEN = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "stop",
    "stream", "stream_options", "n", "user", "store", "metadata",
}  # fmt: skip


def routes(store: Store, models: Models) -> list[Route]:
    async def complete(request: Request) -> Response:
        body = await json_body(request)
        name, messages, sampling = read_request(body)
        check_model(store, models.base_name, name)
        head = {"id": new_id("chatcmpl-"), "created": int(time.time()), "model": name}
        growing = models.answer(name, messages, sampling)
        try:
            first = await run_in_threadpool(next, growing)
        except TooLong as error:
            raise ApiError(400, str(error), param="messages", code="context_length_exceeded") from None
        if body.get("stream"):
            with_usage = (body.get("stream_options") or {}).get("include_usage", False)
            return StreamingResponse(stream(growing, head, with_usage), media_type="text/event-stream")
        answer = await run_in_threadpool(last, growing, first)
        return JSONResponse(completion(answer, head), headers={"openai-processing-ms": f"{answer.seconds * 1000:.0f}"})

    return [Route("/chat/completions", complete, methods=["POST"])]


def read_request(body: dict) -> tuple[str, list[dict], Sampling]:
    check(chat.completion_create_params.CompletionCreateParamsBase, body | {"messages": []})
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise ApiError(400, "Invalid 'messages': expected a list with at least one message.", param="messages")
    for n, message in enumerate(body["messages"]):
        check(ChatCompletionMessageParam, message, f"messages[{n}]")
    for name in sorted(set(body) - TAKEN):
        raise ApiError(400, f"This server does not know the parameter '{name}' yet.", param=name)
    if body.get("n") not in (None, 1):
        raise ApiError(400, "This server gives one answer a request: n must be 1.", param="n")
    value = lambda name, default: default if body.get(name) is None else body[name]
    limit = value("max_completion_tokens", value("max_tokens", 512))
    stop = value("stop", [])
    sampling = Sampling(limit, value("temperature", 1.0), value("top_p", 1.0), body.get("seed"),
                        (stop,) if isinstance(stop, str) else tuple(stop))  # fmt: skip
    check_range(sampling.max_tokens, 1, 1_000_000, "max_completion_tokens")
    check_range(sampling.temperature, 0, 2, "temperature")
    check_range(sampling.top_p, 0, 1, "top_p")
    messages = [{"role": m["role"].replace("developer", "system"), "content": text(m)} for m in body["messages"]]
    return body["model"], messages, sampling


def text(message: dict) -> str:
    """The text of a message whose content is a string or a list of text parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if isinstance(content, Iterable) and all(part.get("type") == "text" for part in content):
        return "".join(part["text"] for part in content)
    raise ApiError(400, "This server reads text only.", param="messages")


def last(growing: Iterator[Answer], answer: Answer) -> Answer:
    for answer in growing:
        pass
    return answer


def usage(answer: Answer) -> dict:
    return {
        "prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }  # fmt: skip


def completion(answer: Answer, head: dict) -> dict:
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason, "logprobs": None}
    return head | {"object": "chat.completion", "choices": [choice], "usage": usage(answer)}


def stream(growing: Iterator[Answer], head: dict, with_usage: bool) -> Iterator[str]:
    head = head | {"object": "chat.completion.chunk"}

    def chunk(delta: dict, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps(head | {'choices': [choice]})}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    sent = 0
    for answer in growing:
        if len(answer.text) > sent:
            yield chunk({"content": answer.text[sent:]})
            sent = len(answer.text)
    yield chunk({}, answer.finish_reason)
    if with_usage:
        yield f"data: {json.dumps(head | {'choices': [], 'usage': usage(answer)})}\n\n"
    yield "data: [DONE]\n\n"
