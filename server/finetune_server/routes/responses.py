"""The Responses API: check the request, and have it answered, whole or as a stream of events."""

import itertools
import time

from openai.types.responses import EasyInputMessageParam
from openai.types.responses.response_create_params import ResponseCreateParamsBase
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..inference.answer import Prompt
from ..inference.engine import Engine
from ..inference.tool_calls import CallReader
from ..model.chat_template import template_kwargs
from ..protocol.chat_rules import check_stream_options
from ..protocol.errors import ApiError
from ..protocol.input_parts import MESSAGE_NAMES, check_include, check_part
from ..protocol.nulls import drop_nulls
from ..protocol.objects import new_id, tier
from ..protocol.response_format import read_text
from ..protocol.response_tools import add_call, call_output, chat_tools, response_tool_choice
from ..protocol.sampling_params import read_sampling
from ..protocol.validate import check, check_flag, check_known, check_metadata, check_names, json_body
from ..store.answers import Answers
from ..store.store import Store
from . import stored_responses
from .answer_form import calls_are_held, constraint_of
from .chat_completions import prompt_ids
from .models import check_can_answer
from .response_answer import ResponseWriter, error_event, stream
from .stored_responses import counted_without, earlier_items, keep, kept_events, with_earlier
from .streaming import after_first_token, collect_unless_disconnected, with_error_event

KNOWN: set[str] = set(
    "model input instructions temperature top_p max_output_tokens stream stream_options store metadata user "
    "safety_identifier prompt_cache_key service_tier include previous_response_id text tools tool_choice "
    "parallel_tool_calls".split()
)
ONLY = {"background": [False], "reasoning": [{}], "truncation": ["auto", "disabled"]}


def routes(store: Store, engine: Engine) -> list[Route]:
    kept = Answers(store)

    async def create(request: Request) -> Response:
        body = drop_nulls(await json_body(request))
        form, tools = read_text(body.get("text")), chat_tools(body)
        choice = response_tool_choice(body, tools)
        earlier = earlier_items(kept, body.get("previous_response_id"))
        with counted_without(len(earlier)):
            messages = read_input(with_earlier(body, earlier))
        sampling = read_sampling(body, len(engine.tokenizer))
        check_can_answer(store, engine.base_name, body["model"])
        kwargs = template_kwargs(body | {"tools": tools}) if choice else {}
        with counted_without(len(earlier)):
            ids = await run_in_threadpool(response_prompt, engine, messages, body, kwargs)
        constraint = await run_in_threadpool(constraint_of, engine, form, choice)
        growing = engine.answer(Prompt(body["model"], ids, sampling, 1, bool(body.get("stream")), constraint))
        calls = CallReader(engine.tokenizer, calls_are_held(form, choice)) if choice else None
        writer = ResponseWriter(response_head(body), calls, choice is not None and choice.one_call)
        if body.get("stream"):
            numbers = itertools.count()
            events = kept_events(stream(await after_first_token(growing), writer, numbers), kept, body)
            events = with_error_event(events, lambda error: error_event(error, next(numbers)))
            return StreamingResponse(events, media_type="text/event-stream")
        [answer] = await collect_unless_disconnected(growing, request)
        response = writer.finished(answer)
        keep(kept, response, body)
        return JSONResponse(response)

    return [Route("/responses", create, methods=["POST"]), *stored_responses.routes(kept)]


def read_input(body: dict) -> list[dict]:
    """The conversation that a request gives, as chat messages; `instructions` come first."""
    others = {name: value for name, value in body.items() if name not in ("text", "tools", "tool_choice")}
    check(ResponseCreateParamsBase, others | {"input": ""})
    check_flag(body, "stream")
    check_known(body, KNOWN, ONLY)
    check_metadata(body.get("metadata"))
    check_stream_options(body, ["include_obfuscation"])
    check_include(body.get("include", []))
    if not isinstance(body.get("model"), str):
        raise ApiError(400, "Missing required parameter: 'model'.", param="model")
    given = body.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if not isinstance(items, list) or not items:
        raise ApiError(400, "Invalid 'input': expected a text or a list of messages.", param="input")
    messages: list[dict] = []
    for n, item in enumerate(items):
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "function_call":
            add_call(messages, item, f"input[{n}]")
        else:
            messages.append((call_output if kind == "function_call_output" else _message)(item, f"input[{n}]"))
    return [{"role": "system", "content": body["instructions"]}, *messages] if body.get("instructions") else messages


def _message(item, under: str) -> dict:
    if isinstance(item, dict) and item.get("type", "message") != "message":
        raise ApiError(
            400, f"This server reads messages and calls of functions only, not {item['type']!r}.", param=f"{under}.type"
        )
    check(EasyInputMessageParam, item | {"content": ""} if isinstance(item, dict) else item, under)
    check_names(item, MESSAGE_NAMES, under)
    content = item.get("content")
    if isinstance(content, list):
        for n, part in enumerate(content):
            check_part(part, f"{under}.content[{n}]")
        content = "".join(part["text"] for part in content)
    if not isinstance(content, str):
        raise ApiError(400, f"Invalid value for '{under}.content': expected text.", param=f"{under}.content")
    return {"role": item["role"], "content": content}


def response_prompt(engine: Engine, messages: list[dict], body: dict, kwargs: dict) -> list[int]:
    """The prompt's token ids, or an ApiError. With the truncation "auto" the oldest messages are left out."""
    instructions = 1 if body.get("instructions") else 0
    while True:
        try:
            return prompt_ids(engine, messages, kwargs, "input", instructions)
        except ApiError as error:
            too_long = error.code == "context_length_exceeded" and len(messages) > instructions + 1
            if not too_long or body.get("truncation") != "auto":
                raise
        messages = [*messages[:instructions], *messages[instructions + 1 :]]


def response_head(body: dict) -> dict:
    """A response that is not answered yet."""
    given = lambda name, default: default if body.get(name) is None else body[name]
    return {
        "id": new_id("resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": body["model"],
        "output": [],
        "parallel_tool_calls": given("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "store": given("store", True),
        "temperature": given("temperature", 1.0),
        "top_p": given("top_p", 1.0),
        "text": {"format": {"type": "text"}} | given("text", {}),
        "tool_choice": given("tool_choice", "auto"),
        "tools": [{"parameters": None, "strict": None} | tool for tool in body.get("tools", [])],
        "truncation": given("truncation", "disabled"),
        "usage": None,
        "metadata": given("metadata", {}),
    } | tier(body)
