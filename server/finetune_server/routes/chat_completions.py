"""Chat completions: check the request, and have it answered, whole or as chunks."""

import time

from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..inference.answer import Answer, Prompt
from ..inference.engine import ContextExceeded, Engine
from ..inference.tool_calls import CallReader
from ..model.chat_template import ChatTemplateError, template_kwargs
from ..protocol.chat_rules import check_rules
from ..protocol.errors import ApiError
from ..protocol.messages import check_message, check_tools
from ..protocol.nulls import drop_nulls
from ..protocol.objects import new_id, tier
from ..protocol.response_format import read_response_format
from ..protocol.sampling_params import read_sampling
from ..protocol.tool_choice import ToolChoice, read_tool_choice
from ..protocol.validate import check, check_flag, check_known, check_range, json_body
from ..store.answers import Answers
from ..store.store import Store
from . import stored_completions
from .answer_form import calls_are_held, constraint_of
from .chat_answer import ChoiceWriter, completion, error_chunk, stream, usage
from .models import check_can_answer
from .stored_completions import collecting, keep, kept_stream
from .streaming import after_first_token, collect_unless_disconnected, with_error_event

KNOWN: set[str] = set(
    "model messages max_tokens max_completion_tokens temperature top_p seed stop stream stream_options n logprobs "
    "top_logprobs frequency_penalty presence_penalty logit_bias tools tool_choice parallel_tool_calls user store "
    "metadata safety_identifier prompt_cache_key service_tier response_format".split()
)
ONLY = {"modalities": [["text"]]}
MAX_CHOICES, MAX_TOP_LOGPROBS = 128, 20  # OpenAI's limits


def routes(store: Store, engine: Engine) -> list[Route]:
    kept = Answers(store)

    async def complete(request: Request) -> Response:
        body = drop_nulls(await json_body(request)) | request.path_params  # Azure's older paths name the model
        form = read_response_format(body.get("response_format"))
        check_request(body)
        sampling = read_sampling(body, len(engine.tokenizer))
        check_can_answer(store, engine.base_name, body["model"])
        kwargs, choice = {}, None
        if body.get("tools") and body.get("tool_choice") != "none":
            kwargs, choice = template_kwargs(body), chat_tool_choice(body)
        ids = await run_in_threadpool(prompt_ids, engine, body["messages"], kwargs, "messages")
        constraint = await run_in_threadpool(constraint_of, engine, form, choice)
        head = {"id": new_id("chatcmpl-"), "created": int(time.time()), "model": body["model"]} | tier(body)
        writer = ChoiceWriter(
            head,
            bool(body.get("logprobs")),
            CallReader(engine.tokenizer, calls_are_held(form, choice)) if choice else None,
            choice is not None and choice.one_call,
        )
        n, streamed = body.get("n") or 1, bool(body.get("stream"))
        growing = engine.answer(Prompt(body["model"], ids, sampling, n, streamed, constraint))
        if body.get("stream"):
            with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            finished: list[Answer] = []
            growing = await after_first_token(collecting(growing, finished))
            chunks = stream(growing, writer, with_usage)
            if body.get("store"):
                chunks = kept_stream(chunks, kept, body, finished, usage)
            return StreamingResponse(with_error_event(chunks, error_chunk), media_type="text/event-stream")
        answers = await collect_unless_disconnected(growing, request)
        milliseconds = max(answer.seconds for answer in answers) * 1000
        whole = completion(answers, writer)
        if body.get("store"):
            keep(kept, whole, body)
        return JSONResponse(whole, headers={"openai-processing-ms": f"{milliseconds:.0f}"})

    return [
        Route("/chat/completions", complete, methods=["POST"]),
        Route("/deployments/{model}/chat/completions", complete, methods=["POST"]),
        *stored_completions.routes(kept),
    ]


def check_request(body: dict) -> None:
    check(CompletionCreateParamsBase, body | {"messages": []})
    check_flag(body, "stream")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise ApiError(400, "Invalid 'messages': expected a list with at least one message.", param="messages")
    for n, message in enumerate(body["messages"]):
        check_message(message, f"messages[{n}]")
    if body.get("tools") is not None:
        check_tools(body["tools"])
    check_known(body, KNOWN, ONLY)
    check_range(body.get("n"), 1, MAX_CHOICES, "n")
    check_range(body.get("top_logprobs"), 0, MAX_TOP_LOGPROBS, "top_logprobs")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is true."
        raise ApiError(400, message, param="top_logprobs")
    check_rules(body)


def chat_tool_choice(body: dict) -> ToolChoice:
    parallel = body.get("parallel_tool_calls", True)
    return read_tool_choice(body["tools"], body.get("tool_choice", "auto"), parallel, "tools[{n}].function")


def prompt_ids(engine: Engine, messages: list[dict], kwargs: dict, param: str, instructions: int = 0) -> list[int]:
    """The prompt's token ids, or an ApiError; `param` is the request's name for the messages after `instructions`."""
    try:
        return engine.prompt(messages, kwargs)
    except ContextExceeded as error:
        raise ApiError(400, str(error), param=param, code="context_length_exceeded") from None
    except ChatTemplateError as error:
        where = "tools" if error.message is None else f"{param}[{error.message - instructions}]"
        where = "instructions" if error.message is not None and error.message < instructions else where
        raise ApiError(400, f"Invalid '{where}': {error}.", param=where) from None
